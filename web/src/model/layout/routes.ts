/** How edges run: at right angles, across no node, by the plainest shape that is free (straight, one step, or around), with the branch's
 * name standing on its own edge. Works from the boxes alone, so that a diagram looks the same whoever placed its nodes. */
import type { Catalogue } from "../catalogue";
import type { WorkflowData, WorkflowEdge } from "../workflow";
import { type Flow, flowOf, toFlow } from "./flow";
import { throughMaze } from "./maze";
import { labelSize, type Ports, portsOf } from "./ports";
import { CLEAR, conflicts, hitsAny, hitsBox, type Segment, segmentsOf, simplified, windowAround } from "./segments";
import { type Box, type Boxes, centreX, type Direction, endY, overlaps, type Point } from "./types";

export interface EdgeLabel {
  text: string;
  /** Its middle. */
  x: number;
  y: number;
}

export interface Route {
  points: Point[];
  label: EdgeLabel | null;
}

/** A way out that leads nowhere yet. */
export interface OpenBranch {
  node: string;
  handle: string;
  from: Point;
  to: Point;
  label: EdgeLabel;
}

export interface Routing {
  routes: ReadonlyMap<string, Route>;
  ports: ReadonlyMap<string, Ports>;
  open: readonly OpenBranch[];
}

/** The stub of an open branch, and from it the middle of its label. */
const STUB = 20;
/** Where a step across the axis is taken, counted from the source's end: unlabelled, labelled. */
const STEP = 18;
const STEP_LABELLED = 28;
/** From the last bend to the target: the arrow and the corner. */
const LANDING = 20;
/** A step of a name that makes room for another. */
const LOWER = 12;

interface Level {
  flow: Flow;
  boxes: ReadonlyMap<string, Box>;
  ports: ReadonlyMap<string, Ports>;
  cards: Box[];
  /** Cards, and the names of ways out that lead nowhere yet. */
  obstacles: Box[];
  drawn: Segment[];
}

export function routeEdges(workflow: WorkflowData, boxes: Boxes, direction: Direction, catalogue: Catalogue): Routing {
  const flow = flowOf(workflow, direction, catalogue);
  const placed = toFlow(boxes, direction);
  const ports = new Map<string, Ports>();
  const routes = new Map<string, Route>();
  const open: OpenBranch[] = [];
  for (const ids of flow.levels.values()) {
    for (const id of ids) ports.set(id, portsOf(flow, id, placed));
    const stubs = ids.flatMap((id) => openBranches(flow, id, placed, ports));
    open.push(...stubs);
    const cards = ids.flatMap((id) => placed.get(id) ?? []);
    const level: Level = {
      flow,
      boxes: placed,
      ports,
      cards,
      obstacles: [...cards, ...stubs.map((stub) => labelBox(flow, stub.label))],
      drawn: [],
    };
    routeLevel(level, ids, routes);
  }
  const names = [...routes.values()].flatMap((route) => (route.label ? [labelBox(flow, route.label)] : []));
  const stubs = lowered(flow, open, names);
  const turned = (point: Point): Point => (direction === "down" ? point : { x: point.y, y: point.x });
  const turnedLabel = (label: EdgeLabel): EdgeLabel => ({ text: label.text, ...turned(label) });
  return {
    ports,
    routes: new Map(
      [...routes].map(([id, route]) => [
        id,
        { points: route.points.map(turned), label: route.label && turnedLabel(route.label) },
      ]),
    ),
    open: stubs.map((branch) => ({
      ...branch,
      from: turned(branch.from),
      to: turned(branch.to),
      label: turnedLabel(branch.label),
    })),
  };
}

function routeLevel(level: Level, ids: readonly string[], routes: Map<string, Route>): void {
  const { flow, boxes } = level;
  const inside = new Set(ids);
  const edges = ids
    .flatMap((id) => flow.outOf.get(id) ?? [])
    .filter((edge) => inside.has(edge.target) && boxes.has(edge.source) && boxes.has(edge.target));
  const aside = (edge: WorkflowEdge) => Math.abs(start(level, edge).x - end(level, edge).x);
  // Straight ones first, since nothing else fits them; then the longest steps, which run outside of the shorter ones.
  const order = [...edges].sort((a, b) => {
    const [left, right] = [aside(a), aside(b)];
    return left < 1 || right < 1 ? left - right : right - left;
  });
  const lines = new Map<string, Point[]>();
  for (const edge of order) {
    const points = simplified(route(level, edge));
    lines.set(edge.id, points);
    level.drawn.push(...segmentsOf(points, edge.id, sourceKey(edge), edge.target));
  }
  const labels: Box[] = [];
  for (const edge of edges) {
    const points = lines.get(edge.id) ?? [];
    const label = edge.source_handle === null ? null : placeLabel(level, edge, points, labels);
    if (label) labels.push(labelBox(flow, label));
    routes.set(edge.id, { points, label });
  }
}

function sourceKey(edge: WorkflowEdge): string {
  return `${edge.source}/${edge.source_handle ?? ""}`;
}

function start(level: Level, edge: WorkflowEdge): Point {
  const box = level.boxes.get(edge.source) ?? { x: 0, y: 0, w: 0, h: 0 };
  return { x: box.x + (level.ports.get(edge.source)?.get(edge.source_handle ?? "") ?? box.w / 2), y: endY(box) };
}

function end(level: Level, edge: WorkflowEdge): Point {
  const box = level.boxes.get(edge.target) ?? { x: 0, y: 0, w: 0, h: 0 };
  return { x: Math.round(centreX(box)), y: box.y };
}

function route(level: Level, edge: WorkflowEdge): Point[] {
  const from = start(level, edge);
  const to = end(level, edge);
  // The edge touches its own two nodes at its ends, so they are in the way only of what lies between.
  const own = [level.boxes.get(edge.source), level.boxes.get(edge.target)];
  const window = windowAround([from, to], CLEAR, CLEAR);
  const near = level.obstacles.filter((box) => overlaps(window, box));
  const others = near.filter((box) => !own.includes(box) && !hitsBox(from, from, box, 0));
  if (Math.abs(from.x - to.x) < 1 && to.y > from.y && !hitsAny(from, to, others)) return [from, to];
  const step = oneStep(level, edge, from, to, near, others);
  if (step) return step;
  const out = { x: from.x, y: from.y + 10 };
  const into = { x: to.x, y: to.y - LANDING + 4 };
  const way = (obstacles: readonly Box[]) =>
    throughMaze({ from: out, to: into, obstacles, drawn: level.drawn, source: sourceKey(edge), target: edge.target });
  // Names of ways out that lead nowhere yet can leave no room: an edge then runs below them, never through a node.
  const around = way(level.obstacles) ?? way(level.cards);
  if (around) return [from, ...around, to];
  // Walled in by nodes that lie on each other: still drawn, if not well.
  const middle = (from.y + to.y) / 2;
  return [from, { x: from.x, y: middle }, { x: to.x, y: middle }, to];
}

/** Down, across, down. */
function oneStep(
  level: Level,
  edge: WorkflowEdge,
  from: Point,
  to: Point,
  near: readonly Box[],
  others: readonly Box[],
): Point[] | null {
  const first = edge.source_handle === null ? STEP : STEP_LABELLED;
  const joins = (level.flow.into.get(edge.target)?.length ?? 0) > 1 && edge.source_handle === null;
  const early = joins ? to.y - LANDING : from.y + first;
  const late = joins ? from.y + first : to.y - LANDING;
  const levels = [early, early + 8, early - 8, early + 16, early - 16, late, late - 8, late + 8].filter(
    (y) => y >= from.y + 10 && y <= to.y - 14,
  );
  const window = windowAround([from, to], CLEAR, CLEAR);
  const drawn = level.drawn.filter((segment) => hitsBox(segment.from, segment.to, window, 0));
  let best: { points: Point[]; cost: number } | null = null;
  levels.forEach((y, rank) => {
    const a = { x: from.x, y };
    const b = { x: to.x, y };
    if (hitsAny(from, a, others) || hitsAny(a, b, near) || hitsAny(b, to, others)) return;
    let cost = rank * 2;
    for (const [p, q] of [
      [from, a],
      [a, b],
      [b, to],
    ] as const) {
      const met = conflicts(p, q, drawn, sourceKey(edge), edge.target);
      cost += met.shared * 4 + met.crossings * 20;
    }
    if (!best || cost < best.cost) best = { points: [from, a, b, to], cost };
  });
  const found = best as { points: Point[]; cost: number } | null;
  // Lying on a foreign edge for more than a corner is worse than going around.
  return found && found.cost < 160 ? found.points : null;
}

function openBranches(
  flow: Flow,
  id: string,
  boxes: ReadonlyMap<string, Box>,
  ports: ReadonlyMap<string, Ports>,
): OpenBranch[] {
  const box = boxes.get(id);
  if (!box) return [];
  const used = new Set((flow.outOf.get(id) ?? []).map((edge) => edge.source_handle ?? ""));
  const rows: Box[] = [];
  return (flow.branches.get(id) ?? []).flatMap((handle) => {
    if (used.has(handle)) return [];
    const x = box.x + (ports.get(id)?.get(handle) ?? box.w / 2);
    const size = labelSize(flow, handle);
    let y = endY(box) + STUB + size.h / 2 - 2;
    const at = () => ({ x: x - size.w / 2, y: y - size.h / 2, ...size });
    while (rows.some((row) => overlaps(row, at(), 4))) y += size.h + 4;
    rows.push(at());
    return [
      {
        node: id,
        handle,
        from: { x, y: endY(box) },
        to: { x, y: y - size.h / 2 },
        label: { text: handle, x, y },
      },
    ];
  });
}

/** Where a branch's name found no other place than that of a way out that leads nowhere, the latter makes room. */
function lowered(flow: Flow, open: readonly OpenBranch[], names: readonly Box[]): OpenBranch[] {
  const taken = [...names];
  return open.map((branch) => {
    let { label, to } = branch;
    for (let tries = 0; tries < 12 && taken.some((box) => overlaps(box, labelBox(flow, label))); tries += 1) {
      label = { ...label, y: label.y + LOWER };
      to = { ...to, y: to.y + LOWER };
    }
    taken.push(labelBox(flow, label));
    return { ...branch, label, to };
  });
}

function labelBox(flow: Flow, label: EdgeLabel): Box {
  const size = labelSize(flow, label.text);
  return { x: label.x - size.w / 2, y: label.y - size.h / 2, ...size };
}

/** On its own edge, near the source, where it covers no node, no other label and no other edge. */
function placeLabel(
  level: Level,
  edge: WorkflowEdge,
  points: readonly Point[],
  labels: readonly Box[],
): EdgeLabel | null {
  const text = edge.source_handle ?? "";
  const size = labelSize(level.flow, text);
  const window = windowAround(points, size.w / 2 + 4, size.h / 2 + 4);
  const foreign = level.drawn.filter(
    (segment) =>
      segment.edge !== edge.id && segment.source !== sourceKey(edge) && hitsBox(segment.from, segment.to, window, 0),
  );
  const obstacles = level.obstacles.filter((other) => overlaps(window, other));
  const names = labels.filter((other) => overlaps(window, other));
  let best: { x: number; y: number; cost: number } | null = null;
  let travelled = 0;
  for (const [index, to] of points.slice(1).entries()) {
    const from = points[index];
    if (!from) continue;
    const length = Math.abs(to.x - from.x) + Math.abs(to.y - from.y);
    const across = from.y === to.y;
    const room = length - (across ? size.w : size.h);
    for (let along = 4; along <= length - 4; along += 4) {
      const part = along / length;
      const x = from.x + (to.x - from.x) * part;
      const y = from.y + (to.y - from.y) * part;
      const box = { x: x - size.w / 2, y: y - size.h / 2, ...size };
      let cost = Math.abs(along - length / 2) / 4 + travelled / 8;
      // A step across reads best with the name in its middle; a short one would vanish behind it.
      if (across) cost -= room >= 8 ? 12 : 0;
      else cost += 10;
      if (room < 4) cost += 30;
      for (const other of obstacles) if (overlaps(box, other, 1)) cost += 400;
      for (const other of names) if (overlaps(box, other, 3)) cost += 400;
      for (const segment of foreign) if (hitsBox(segment.from, segment.to, box, 1)) cost += 120;
      if (!best || cost < best.cost) best = { x, y, cost };
    }
    travelled += length;
  }
  return best && { text, x: Math.round(best.x), y: Math.round(best.y) };
}
