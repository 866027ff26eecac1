/** The layout of a new diagram, and of "Tidy up": ELK decides the columns, level by level from the innermost loop outwards; the rows are
 * then packed with the gaps of the design, so that a short branch beside a tall loop is not stretched. */
import type { Catalogue } from "../catalogue";
import type { WorkflowData } from "../workflow";
import { type Flow, flowOf, fromFlow, levelsInsideOut, transpose, treeOf } from "./flow";
import { fitLoop } from "./loops";
import { type Box, bounds, COLUMN_GAP, type Direction, endX, endY, GAP, moved, overlaps } from "./types";

/** The part of ELK's graph that is used; its JSON is what the worker takes and gives. */
export interface ElkInput {
  id: string;
  layoutOptions: Record<string, string>;
  children: { id: string; width: number; height: number }[];
  edges: { id: string; sources: string[]; targets: string[] }[];
}
export interface ElkOutput {
  children?: { id: string; x?: number; y?: number }[];
}
export type RunElk = (graph: ElkInput) => Promise<ElkOutput>;

const OPTIONS: Record<string, string> = {
  "elk.algorithm": "layered",
  "elk.direction": "DOWN",
  // Edges are routed from the boxes (`routes.ts`): ELK's own routes would only be thrown away.
  "elk.edgeRouting": "UNDEFINED",
  "elk.spacing.nodeNode": String(COLUMN_GAP),
  "elk.spacing.edgeNode": "16",
  "elk.spacing.componentComponent": String(COLUMN_GAP * 2),
  "elk.layered.spacing.nodeNodeBetweenLayers": String(GAP),
  "elk.layered.spacing.edgeNodeBetweenLayers": "12",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.layered.crossingMinimization.forceNodeModelOrder": "false",
  "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
  "elk.layered.nodePlacement.bk.fixedAlignment": "BALANCED",
};

/** Tries at untangling edges: ELK's 7 are no better than 3 on diagrams of everyday size, and beyond this many nodes each costs a tenth. */
const LARGE = 100;

export async function fullLayout(
  workflow: WorkflowData,
  direction: Direction,
  catalogue: Catalogue,
  elk: RunElk,
): Promise<Map<string, Box>> {
  const flow = flowOf(workflow, direction, catalogue);
  const boxes = new Map<string, Box>();
  for (const parent of levelsInsideOut(flow)) {
    const ids = flow.levels.get(parent) ?? [];
    for (const id of ids) {
      if (flow.isLoop(id)) boxes.set(id, fitLoop(flow, id, boxes, null));
      else boxes.set(id, { x: 0, y: 0, ...flow.size(id) });
    }
    if (ids.length === 0) continue;
    const columns = await elk(elkGraph(flow, ids, boxes));
    packRows(flow, ids, boxes, new Map((columns.children ?? []).map((node) => [node.id, node])));
  }
  placeByHand(flow, boxes);
  return fromFlow(boxes, direction);
}

function elkGraph(flow: Flow, ids: readonly string[], boxes: ReadonlyMap<string, Box>): ElkInput {
  const inside = new Set(ids);
  return {
    id: "level",
    layoutOptions: { ...OPTIONS, "elk.layered.thoroughness": ids.length > LARGE ? "1" : "3" },
    children: depthFirst(flow, ids).map((id) => {
      const box = boxes.get(id) ?? { w: 0, h: 0 };
      return { id, width: box.w, height: box.h };
    }),
    edges: ids.flatMap((id) =>
      (flow.outOf.get(id) ?? [])
        .filter((edge) => inside.has(edge.target))
        .map((edge) => ({ id: edge.id, sources: [edge.source], targets: [edge.target] })),
    ),
  };
}

/** The order in which a reader meets the nodes, first branch first: ELK keeps it within a row where no crossing results. */
function depthFirst(flow: Flow, ids: readonly string[]): string[] {
  const inside = new Set(ids);
  const seen = new Set<string>();
  const order: string[] = [];
  const visit = (start: string) => {
    const stack = [start];
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      if (seen.has(id) || !inside.has(id)) continue;
      seen.add(id);
      order.push(id);
      for (const edge of [...(flow.outOf.get(id) ?? [])].reverse()) stack.push(edge.target);
    }
  };
  for (const id of ids) visit(id);
  return order;
}

/** ELK's columns stay; along the axis every node comes as early as its predecessors and its column allow. */
function packRows(
  flow: Flow,
  ids: readonly string[],
  boxes: Map<string, Box>,
  columns: ReadonlyMap<string, { x?: number; y?: number }>,
): void {
  const at = (id: string) => columns.get(id) ?? {};
  const order = [...ids].sort((a, b) => (at(a).y ?? 0) - (at(b).y ?? 0) || (at(a).x ?? 0) - (at(b).x ?? 0));
  const rank = new Map(order.map((id, index) => [id, index]));
  const done: { id: string; box: Box }[] = [];
  const target = new Map<string, Box>();
  for (const id of order) {
    const own = boxes.get(id);
    if (!own) continue;
    const x = Math.round(at(id).x ?? 0);
    let y = 0;
    for (const edge of flow.into.get(id) ?? []) {
      const before = target.get(edge.source);
      if (before && (rank.get(edge.source) ?? 0) < (rank.get(id) ?? 0)) {
        y = Math.max(y, endY(before) + flow.gapBelow(edge.source));
      }
    }
    for (const other of done) {
      const sameColumn = x < endX(other.box) + COLUMN_GAP && other.box.x < x + own.w + COLUMN_GAP;
      if (sameColumn) y = Math.max(y, endY(other.box) + flow.gapBelow(other.id));
    }
    const box = { x, y, w: own.w, h: own.h };
    target.set(id, box);
    done.push({ id, box });
  }
  const all = bounds(target.values());
  for (const [id, box] of target) {
    const own = boxes.get(id);
    if (!own) continue;
    const goal = moved(box, -(all?.x ?? 0), -(all?.y ?? 0));
    for (const inner of treeOf(flow, id)) {
      const old = boxes.get(inner);
      if (old) boxes.set(inner, moved(old, goal.x - own.x, goal.y - own.y));
    }
  }
}

/** Nodes that a person placed stand where they were put; automatic ones in their way step aside. */
function placeByHand(flow: Flow, boxes: Map<string, Box>): void {
  const placed = [...flow.nodes.values()].filter((node) => node.position !== null);
  if (placed.length === 0) return;
  const shift = (id: string, dx: number, dy: number) => {
    for (const inner of treeOf(flow, id)) {
      const box = boxes.get(inner);
      if (box) boxes.set(inner, moved(box, dx, dy));
    }
  };
  for (const node of placed) {
    const box = boxes.get(node.id);
    if (!box || node.position === null) continue;
    const [px, py] = node.position;
    const goal = flow.direction === "down" ? { x: px, y: py } : transpose({ x: px, y: py, w: 0, h: 0 });
    shift(node.id, goal.x - box.x, goal.y - box.y);
  }
  for (const parent of levelsInsideOut(flow)) {
    const ids = flow.levels.get(parent) ?? [];
    for (const id of ids) if (flow.isLoop(id)) boxes.set(id, fitLoop(flow, id, boxes, null));
    const pinned = ids.filter((id) => flow.nodes.get(id)?.position != null);
    for (const id of ids.filter((other) => !pinned.includes(other))) {
      for (let tries = 0; tries < 20; tries += 1) {
        const box = boxes.get(id);
        const inTheWay =
          box && pinned.map((other) => boxes.get(other)).find((other) => other && overlaps(box, other, 12));
        if (!box || !inTheWay) break;
        shift(id, endX(inTheWay) + COLUMN_GAP - box.x, 0);
      }
    }
  }
}
