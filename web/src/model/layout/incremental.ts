/** The layout of a changed diagram, by the law of the house: nothing moves but what lies downstream of an inserted node or a grown loop,
 * as one block, along the axis, by the least that is needed. Removing closes no gap, and a placed node never moves. */
import type { Catalogue } from "../catalogue";
import type { WorkflowData } from "../workflow";
import {
  type Flow,
  flowOf,
  fromFlow,
  isPinned,
  levelsInsideOut,
  neighbours,
  reachable,
  toFlow,
  transpose,
  treeOf,
} from "./flow";
import { freeSpot, type Range } from "./free-spot";
import { fitLoop } from "./loops";
import {
  type Box,
  type Boxes,
  bounds,
  COLUMN_GAP,
  centreX,
  type Direction,
  endX,
  endY,
  GAP,
  moved,
  overlaps,
} from "./types";

/** Nodes of different branches may come this close. */
const TOUCH = 12;

export interface Incremental {
  before: WorkflowData | null;
  /** Where the nodes of `before` stand. */
  base: Boxes;
  after: WorkflowData;
  direction: Direction;
  catalogue: Catalogue;
  /** Where nodes that are gone in `before` once stood, so that an undone removal puts them back. */
  remembered?: Boxes;
}

interface Work {
  flow: Flow;
  boxes: Map<string, Box>;
  pinned: ReadonlySet<string>;
  remembered: Boxes;
}

export function incrementalLayout(change: Incremental): Map<string, Box> {
  const flow = flowOf(change.after, change.direction, change.catalogue);
  const base = toFlow(change.base, change.direction);
  const old = new Map((change.before ?? change.after).nodes.map((node) => [node.id, node]));
  const boxes = new Map<string, Box>();
  for (const node of flow.nodes.values()) {
    const box = base.get(node.id);
    // Wrapped into a loop that is new itself, a node stays where it is; moved between loops, it is placed anew.
    const was = old.get(node.id);
    const stays = was?.parent === node.parent || (node.parent !== null && !base.has(node.parent));
    // Let go by the person who placed it, a node goes back to where it stood.
    const released = was?.position != null && node.position === null;
    if (box && stays && !released) boxes.set(node.id, flow.isLoop(node.id) ? box : { ...box, ...flow.size(node.id) });
  }
  const pinned = new Set([...flow.nodes.keys()].filter((id) => isPinned(flow, id)));
  const work: Work = { flow, boxes, pinned, remembered: toFlow(change.remembered ?? new Map(), change.direction) };
  placeByHand(work);
  for (const parent of levelsInsideOut(flow)) arrange(work, parent, base);
  return fromFlow(boxes, change.direction);
}

function arrange(work: Work, parent: string | null, base: Boxes): void {
  const { flow, boxes } = work;
  const ids = flow.levels.get(parent) ?? [];
  const fresh: string[] = [];
  const grown: string[] = [];
  for (const id of ids) {
    if (flow.isLoop(id)) {
      const was = boxes.get(id) ?? null;
      const hasBody = (flow.levels.get(id) ?? []).length > 0;
      if (!was && !hasBody) {
        fresh.push(id);
        continue;
      }
      const box = fitLoop(flow, id, boxes, was);
      boxes.set(id, box);
      const bodyWasThere = (flow.levels.get(id) ?? []).some((inner) => base.has(inner));
      if (!was) (bodyWasThere ? grown : fresh).push(id);
      else if (endY(box) > endY(was) || endX(box) > endX(was) || box.y < was.y) grown.push(id);
    } else if (!boxes.has(id)) fresh.push(id);
  }
  for (const id of ids) {
    if (grown.includes(id)) {
      belowPredecessors(work, id);
      makeRoom(work, id, ids);
    }
  }
  const placed = new Set(ids.filter((id) => boxes.has(id) && !fresh.includes(id)));
  for (const id of ids) {
    if (!fresh.includes(id)) continue;
    insert(work, id, parent, placed);
    placed.add(id);
    makeRoom(work, id, [...placed]);
  }
}

/** A loop drawn around nodes that were there: its header must not cover what leads to it. */
function belowPredecessors(work: Work, id: string): void {
  const box = work.boxes.get(id);
  if (!box || work.pinned.has(id)) return;
  let least = box.y;
  for (const before of neighbours(work.flow, id, "before")) {
    const source = work.boxes.get(before);
    if (source && source.y < box.y) least = Math.max(least, endY(source) + work.flow.gapBelow(before));
  }
  shift(work, [id], least - box.y);
}

function insert(work: Work, id: string, parent: string | null, placed: ReadonlySet<string>): void {
  const { flow, boxes } = work;
  const size = boxes.get(id) ?? { ...flow.size(id) };
  const before = neighbours(flow, id, "before").filter((other) => placed.has(other));
  const after = neighbours(flow, id, "after").filter((other) => placed.has(other));
  const downstream = reachable(flow, id);
  const others = [...placed]
    .filter((other) => !(downstream.has(other) && !work.pinned.has(other)))
    .flatMap((other) => boxes.get(other) ?? []);
  const all = bounds([...placed].flatMap((other) => boxes.get(other) ?? []));
  const old = work.remembered.get(id);
  const loop = parent === null ? undefined : boxes.get(parent);
  const ceiling = loop ? loop.y + flow.padding.top : Number.NEGATIVE_INFINITY;
  let y: number;
  const centres: number[] = [];
  if (before.length > 0) {
    y = Math.max(...before.map((other) => endY(box(work, other)) + flow.gapBelow(other)));
    if (old && old.y >= y) y = old.y;
    if (old) centres.push(centreX(old));
    const between = after.length === 1 ? after[0] : undefined;
    if (between !== undefined) centres.push(centreX(box(work, between)));
    centres.push(...besideSiblings(work, id, before, placed, size.w));
  } else if (after.length > 0) {
    const first = Math.min(...after.map((other) => box(work, other).y));
    y = first - flow.gapBelow(id) - size.h;
    if (old && old.y <= y) y = old.y;
    if (old) centres.push(centreX(old));
    centres.push(after.reduce((sum, other) => sum + centreX(box(work, other)), 0) / after.length);
  } else if (old) {
    y = old.y;
    centres.push(centreX(old));
  } else if (!all) {
    y = loop ? ceiling : 0;
    centres.push(loop ? loop.x + flow.padding.left + size.w / 2 : size.w / 2);
  } else if (flow.nodes.get(id)?.type === "note") {
    y = all.y;
    centres.push(endX(all) + COLUMN_GAP + size.w / 2);
  } else {
    // Not connected to anything yet: after the end, in the column of the last node.
    const last = [...placed].map((other) => box(work, other)).reduce((a, b) => (endY(b) >= endY(a) ? b : a));
    y = endY(all) + GAP;
    centres.push(centreX(last));
  }
  const spot = freeSpot(size, centres, Math.round(Math.max(y, ceiling)), others, crossRange(work, parent));
  const was = boxes.get(id);
  boxes.set(id, { ...spot, w: size.w, h: size.h });
  if (was) moveBody(work, id, spot.x - was.x, spot.y - was.y);
}

/** Below the only predecessor, or beside what already hangs there. */
function besideSiblings(
  work: Work,
  id: string,
  before: string[],
  placed: ReadonlySet<string>,
  width: number,
): number[] {
  const middle = before.reduce((sum, other) => sum + centreX(box(work, other)), 0) / before.length;
  const ownAfter = new Set(neighbours(work.flow, id, "after"));
  const siblings = before
    .flatMap((other) => neighbours(work.flow, other, "after"))
    .filter((other) => other !== id && placed.has(other) && !ownAfter.has(other))
    .map((other) => box(work, other));
  if (siblings.length === 0) return [middle];
  const right = Math.max(...siblings.map(endX)) + COLUMN_GAP + width / 2;
  const left = Math.min(...siblings.map((sibling) => sibling.x)) - COLUMN_GAP - width / 2;
  return [right, left, middle];
}

/** After `id` was inserted or grew: shift what lies downstream by the least that clears it. */
function makeRoom(work: Work, id: string, level: readonly string[]): void {
  const own = box(work, id);
  const upstream = reachable(work.flow, id, "before");
  const free = (other: string) => other !== id && !work.pinned.has(other) && !upstream.has(other);
  const direct = neighbours(work.flow, id, "after").filter((other) => level.includes(other));
  const block = new Set([...reachable(work.flow, id)].filter((other) => level.includes(other) && free(other)));
  const clearance = (other: string) =>
    endY(own) + (direct.includes(other) ? work.flow.gapBelow(id) : TOUCH) - box(work, other).y;
  const inTheWay = (other: string) => free(other) && overlaps(own, box(work, other), TOUCH - 1);
  if (level.some((other) => !block.has(other) && inTheWay(other))) takeAllBelow(work, own.y, level, free, block);
  let by = 0;
  for (const other of block) {
    if (direct.includes(other) || inTheWay(other)) by = Math.max(by, clearance(other));
  }
  if (by <= 0) return;
  for (let tries = 0; tries < 100; tries += 1) {
    const hit = collision(work, block, by, level, id);
    if (!hit) break;
    if (free(hit.standing) && !block.has(hit.standing)) {
      takeAllBelow(work, Math.min(...[...block].map((other) => box(work, other).y)), level, free, block);
    } else by = endY(box(work, hit.standing)) + TOUCH - box(work, hit.moving).y;
  }
  shift(work, [...block], by);
}

/** Where a branch alone would run into its neighbours, everything further along the axis goes with it, still as one block. */
function takeAllBelow(
  work: Work,
  from: number,
  level: readonly string[],
  free: (id: string) => boolean,
  block: Set<string>,
): void {
  for (const other of level) if (free(other) && box(work, other).y >= from) block.add(other);
}

function collision(work: Work, block: ReadonlySet<string>, by: number, level: readonly string[], cause: string) {
  for (const moving of block) {
    const goal = moved(box(work, moving), 0, by);
    for (const standing of level) {
      if (block.has(standing) || standing === cause) continue;
      const there = box(work, standing);
      if (overlaps(goal, there, TOUCH - 1) && !overlaps(box(work, moving), there, TOUCH - 1))
        return { moving, standing };
    }
  }
  return null;
}

/** How far a body may reach across the axis: its loop grows to one side only, and not into a neighbour, which must not move aside. */
function crossRange(work: Work, parent: string | null): Range {
  if (parent === null) return { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  const own = work.boxes.get(parent);
  const outer = work.flow.nodes.get(parent)?.parent ?? null;
  const limit = crossRange(work, outer);
  if (!own) return limit;
  let to = limit.to;
  for (const sibling of work.flow.levels.get(outer) ?? []) {
    const other = work.boxes.get(sibling);
    if (!other || sibling === parent || other.y >= endY(own) || endY(other) <= own.y) continue;
    if (other.x >= endX(own)) to = Math.min(to, other.x - TOUCH);
  }
  return { from: own.x + work.flow.padding.left, to: to - work.flow.padding.right };
}

function placeByHand(work: Work): void {
  for (const node of work.flow.nodes.values()) {
    if (node.position === null) continue;
    const corner: Box = { x: node.position[0], y: node.position[1], w: 0, h: 0 };
    const goal = work.flow.direction === "down" ? corner : transpose(corner);
    const was = work.boxes.get(node.id);
    work.boxes.set(node.id, { ...goal, ...(was ? { w: was.w, h: was.h } : work.flow.size(node.id)) });
    if (was) moveBody(work, node.id, goal.x - was.x, goal.y - was.y);
  }
}

/** The body goes along with its loop; a node in it that was placed by hand has an address of its own. */
function moveBody(work: Work, id: string, dx: number, dy: number): void {
  for (const inner of treeOf(work.flow, id).slice(1)) {
    const there = work.boxes.get(inner);
    if (there && work.flow.nodes.get(inner)?.position == null) work.boxes.set(inner, moved(there, dx, dy));
  }
}

function shift(work: Work, ids: readonly string[], by: number): void {
  if (by <= 0) return;
  for (const id of ids.flatMap((other) => treeOf(work.flow, other))) {
    const there = work.boxes.get(id);
    if (there) work.boxes.set(id, moved(there, 0, by));
  }
}

function box(work: Work, id: string): Box {
  return work.boxes.get(id) ?? { x: 0, y: 0, w: 0, h: 0 };
}
