/** One workflow seen along its layout axis: levels, neighbours, sizes and gaps. Everything that places works in "flow space", where the
 * axis points down; a diagram that flows to the right is transposed on its way in and out. */
import { branchesOf, type Catalogue, isContainer } from "../catalogue";
import { topologicalOrder, type WorkflowData, type WorkflowEdge, type WorkflowNode } from "../workflow";
import {
  type Box,
  type Boxes,
  type Direction,
  GAP,
  GAP_LABELLED,
  LABEL_H,
  LABEL_ROOM,
  LOOP_HEADER,
  LOOP_PADDING,
  NODE_H,
  NODE_W,
} from "./types";

export interface Padding {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Flow {
  direction: Direction;
  nodes: ReadonlyMap<string, WorkflowNode>;
  /** Ids by parent (null: the outermost level), in topological order. */
  levels: ReadonlyMap<string | null, readonly string[]>;
  edges: readonly WorkflowEdge[];
  outOf: ReadonlyMap<string, readonly WorkflowEdge[]>;
  into: ReadonlyMap<string, readonly WorkflowEdge[]>;
  /** Ways out, in order; empty: a single unnamed one. */
  branches: ReadonlyMap<string, readonly string[]>;
  padding: Padding;
  isLoop: (id: string) => boolean;
  /** A node's size in flow space, or a loop's smallest. */
  size: (id: string) => { w: number; h: number };
  /** Room to leave along the axis below a node. */
  gapBelow: (id: string) => number;
}

export function transpose(box: Box): Box {
  return { x: box.y, y: box.x, w: box.h, h: box.w };
}

export function toFlow(boxes: Boxes, direction: Direction): Map<string, Box> {
  return new Map([...boxes].map(([id, box]) => [id, direction === "down" ? box : transpose(box)]));
}

/** The transposition is its own inverse. */
export const fromFlow = toFlow;

/** Width of a branch label: 11 px medium text and its padding, as measured for Inter, capped where the label truncates. */
export function labelWidth(text: string): number {
  let width = 18;
  for (const char of text) {
    if ("iljtfrI.,:;'|!()[] ".includes(char)) width += 3.6;
    else if ("mwMW@%".includes(char)) width += 9.4;
    else if (char >= "A" && char <= "Z") width += 7.6;
    else width += 6.4;
  }
  return Math.min(Math.ceil(width), 148);
}

export function flowOf(workflow: WorkflowData, direction: Direction, catalogue: Catalogue): Flow {
  const nodes = new Map(workflow.nodes.map((node) => [node.id, node]));
  const edges = workflow.edges.filter((edge) => nodes.has(edge.source) && nodes.has(edge.target));
  const outOf = new Map<string, WorkflowEdge[]>();
  const into = new Map<string, WorkflowEdge[]>();
  for (const edge of edges) {
    outOf.set(edge.source, [...(outOf.get(edge.source) ?? []), edge]);
    into.set(edge.target, [...(into.get(edge.target) ?? []), edge]);
  }
  const branches = new Map(workflow.nodes.map((node) => [node.id, branchesOf(node.type, node.config, catalogue)]));
  const handleRank = (edge: WorkflowEdge) => {
    const rank = branches.get(edge.source)?.indexOf(edge.source_handle ?? "") ?? -1;
    return rank === -1 ? 99 : rank;
  };
  for (const list of outOf.values()) list.sort((a, b) => handleRank(a) - handleRank(b));
  const parentOf = (node: WorkflowNode) => (node.parent !== null && nodes.has(node.parent) ? node.parent : null);
  const levels = new Map<string | null, string[]>();
  for (const node of workflow.nodes) levels.set(parentOf(node), [...(levels.get(parentOf(node)) ?? []), node.id]);
  for (const [parent, ids] of levels) levels.set(parent, topologicalOrder(ids, edges));
  const down = direction === "down";
  const padding: Padding = down
    ? { left: LOOP_PADDING, top: LOOP_HEADER, right: LOOP_PADDING, bottom: LOOP_PADDING }
    : { left: LOOP_HEADER, top: LOOP_PADDING, right: LOOP_PADDING, bottom: LOOP_PADDING };
  const plain = down ? { w: NODE_W, h: NODE_H } : { w: NODE_H, h: NODE_W };
  const emptyLoop = {
    w: plain.w + padding.left + padding.right,
    h: plain.h + padding.top + padding.bottom,
  };
  const isLoop = (id: string) => {
    const node = nodes.get(id);
    return node !== undefined && (levels.has(id) || isContainer(node.type, catalogue));
  };
  return {
    direction,
    nodes,
    levels,
    edges,
    outOf,
    into,
    branches,
    padding,
    isLoop,
    size: (id) => (isLoop(id) ? emptyLoop : plain),
    gapBelow: (id) => {
      const names = branches.get(id) ?? [];
      if (names.length === 0) return GAP;
      if (!down) return Math.max(...names.map(labelWidth)) + LABEL_ROOM;
      // From four branches on, the outer ones run above the inner ones, and every label stands on its own way down.
      return names.length < 4 ? GAP_LABELLED : GAP_LABELLED + LABEL_H + 8 * (Math.floor(names.length / 2) - 1);
    },
  };
}

/** Loops, the innermost first, and at last the outermost level. */
export function levelsInsideOut(flow: Flow): (string | null)[] {
  const depth = (parent: string | null): number => {
    if (parent === null) return 0;
    return 1 + depth(flow.nodes.get(parent)?.parent ?? null);
  };
  const parents = [...flow.levels.keys()].filter((parent) => parent !== null);
  return [...parents.sort((a, b) => depth(b) - depth(a)), null];
}

/** A node and everything inside it. */
export function treeOf(flow: Flow, id: string): string[] {
  return [id, ...(flow.levels.get(id) ?? []).flatMap((inner) => treeOf(flow, inner))];
}

export function neighbours(flow: Flow, id: string, side: "before" | "after"): string[] {
  const edges = side === "before" ? flow.into.get(id) : flow.outOf.get(id);
  const ends = (edges ?? []).map((edge) => (side === "before" ? edge.source : edge.target));
  const parent = flow.nodes.get(id)?.parent ?? null;
  return [...new Set(ends)].filter((end) => (flow.nodes.get(end)?.parent ?? null) === parent);
}

/** Everything that can be reached from a node on its own level. */
export function reachable(flow: Flow, id: string, side: "before" | "after" = "after"): Set<string> {
  const found = new Set<string>();
  const front = [id];
  for (let next = front.pop(); next !== undefined; next = front.pop()) {
    for (const neighbour of neighbours(flow, next, side)) {
      if (!found.has(neighbour)) {
        found.add(neighbour);
        front.push(neighbour);
      }
    }
  }
  found.delete(id);
  return found;
}

/** A node that a person placed, or a loop around one: it never moves by itself. */
export function isPinned(flow: Flow, id: string): boolean {
  return treeOf(flow, id).some((inner) => flow.nodes.get(inner)?.position != null);
}
