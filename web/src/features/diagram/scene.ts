/** What the canvas draws, as React Flow's nodes and edges, from a workflow and everything known about it. Pure; objects that did not
 * change keep their identity, so that only what changed is drawn again. */
import type { Edge, Node } from "@xyflow/react";
import type { Catalogue, NodeTypeInfo } from "@/model/catalogue";
import { branchesOf } from "@/model/catalogue";
import type { Mark, WorkflowDiff } from "@/model/diff";
import {
  type Box,
  type Boxes,
  type Direction,
  headPath,
  type OpenBranch,
  type Point,
  type Routing,
  routeEdges,
  wirePath,
} from "@/model/layout";
import type { EdgeState, NodeRunState } from "@/model/run-state";
import type { Issue, WorkflowData, WorkflowNode } from "@/model/workflow";
import type { DrawnWorkflow } from "./props";

export interface CardData extends Record<string, unknown> {
  node: WorkflowNode;
  info: NodeTypeInfo | undefined;
  summary: string;
  summaryIsCode: boolean;
  issue: Issue | null;
  mark: Mark | null;
  run: NodeRunState | null;
  still: boolean;
  selected: boolean;
  /** The one card in the tab order; arrow keys move it. */
  tabStop: boolean;
  ghost: boolean;
  dashed: boolean;
  direction: Direction;
  /** Ways out: name ("" for the only one) and offset along the node's far side. */
  ports: readonly { name: string; at: number }[];
  open: readonly OpenBranch[];
  takesEdges: boolean;
  connectable: boolean;
  box: Box;
}

export interface WireData extends Record<string, unknown> {
  d: string;
  head: string;
  label: { text: string; x: number; y: number } | null;
  look: "plain" | "removed" | "dashed" | EdgeState;
  selected: boolean;
  /** Names stand above the edges of their own level. */
  layer: number;
}

export type CardNode = Node<CardData, "card" | "loop">;
export type WireEdge = Edge<WireData, "wire">;

export interface SceneInput {
  workflow: WorkflowData;
  boxes: Boxes;
  routing: Routing;
  direction: Direction;
  catalogue: Catalogue;
  summaries: Record<string, string>;
  issues: readonly Issue[];
  diff: WorkflowDiff | null;
  ghosts: Boxes;
  ghostSource: Pick<DrawnWorkflow, "workflow" | "summaries"> | null;
  nodeStates: ReadonlyMap<string, NodeRunState> | null;
  edgeStates: ReadonlyMap<string, EdgeState> | null;
  still: boolean;
  selectedNode: string | null;
  tabStop: string | null;
  selectedEdge: string | null;
  editable: boolean;
  preview: boolean;
}

export interface Scene {
  nodes: CardNode[];
  edges: WireEdge[];
}

const LOOP_LAYER = 0;
const EDGE_LAYER = 1;
const NODE_LAYER = 2;
/** A card that asks a person something: what it asks stands below it, over its neighbours. */
const ASKING_LAYER = 1000;

export function sceneOf(input: SceneInput): Scene {
  const { workflow, boxes, routing, diff } = input;
  const worst = worstIssues(input.issues);
  const openBy = new Map<string, OpenBranch[]>();
  for (const branch of routing.open) openBy.set(branch.node, [...(openBy.get(branch.node) ?? []), branch]);
  const loops = new Set(workflow.nodes.flatMap((node) => node.parent ?? []));
  const depth = depths(workflow);
  // React Flow finds a node's place only after that of the loop around it.
  const outerFirst = [...workflow.nodes].sort((a, b) => (depth.get(a.id) ?? 0) - (depth.get(b.id) ?? 0));
  const nodes = outerFirst.flatMap((node): CardNode[] => {
    const box = boxes.get(node.id);
    if (!box) return [];
    const info = input.catalogue.get(node.type);
    const ports = [...(routing.ports.get(node.id) ?? [])].map(([name, at]) => ({ name, at }));
    const isLoop = info?.is_container || loops.has(node.id);
    const data: CardData = {
      node,
      info,
      // A step added by hand has its line with the server's answer.
      summary: input.summaries[node.id] ?? info?.title ?? "",
      summaryIsCode: readsAsCode(node),
      issue: worst.get(node.id) ?? null,
      mark: diff?.nodes.get(node.id) ?? null,
      run: input.nodeStates?.get(node.id) ?? null,
      still: input.still,
      selected: input.selectedNode === node.id,
      tabStop: input.tabStop === node.id,
      ghost: false,
      dashed: input.preview,
      direction: input.direction,
      ports: ports.length > 0 ? ports : defaultPorts(node, input, box),
      open: input.preview ? [] : (openBy.get(node.id) ?? []),
      takesEdges: info?.runs ?? true,
      connectable: input.editable,
      box,
    };
    return [
      cardNode(
        node,
        data,
        isLoop ? "loop" : "card",
        isLoop ? LOOP_LAYER + (depth.get(node.id) ?? 0) * 3 : undefined,
        depth.get(node.id) ?? 0,
        boxes,
      ),
    ];
  });
  const edges = workflow.edges.flatMap((edge): WireEdge[] => {
    const route = routing.routes.get(edge.id);
    if (!route || !boxes.has(edge.source) || !boxes.has(edge.target)) return [];
    const look = input.edgeStates?.get(edge.id) ?? (input.preview ? "dashed" : "plain");
    const selected = input.selectedEdge === edge.id;
    return [wireEdge(edge, route.points, route.label, look, selected, depth.get(edge.source) ?? 0, input.editable)];
  });
  const ghosts = ghostScene(input);
  return { nodes: [...nodes, ...ghosts.nodes], edges: [...edges, ...ghosts.edges] };
}

function depths(workflow: WorkflowData): Map<string, number> {
  const parents = new Map(workflow.nodes.map((node) => [node.id, node.parent]));
  const depth = (id: string, seen: number): number => {
    const parent = parents.get(id);
    return parent && parents.has(parent) && seen < 20 ? 1 + depth(parent, seen + 1) : 0;
  };
  return new Map(workflow.nodes.map((node) => [node.id, depth(node.id, 0)]));
}

function defaultPorts(node: WorkflowNode, input: SceneInput, box: Box): { name: string; at: number }[] {
  const names = branchesOf(node.type, node.config, input.catalogue);
  const length = input.direction === "down" ? box.w : box.h;
  if (names.length === 0) return [{ name: "", at: length / 2 }];
  return names.map((name, index) => ({ name, at: (length * (index + 1)) / (names.length + 1) }));
}

function cardNode(
  node: WorkflowNode,
  data: CardData,
  type: "card" | "loop",
  layer: number | undefined,
  depth: number,
  boxes: Boxes,
): CardNode {
  const parent = node.parent === null ? undefined : boxes.get(node.parent);
  const { box } = data;
  const down = data.direction === "down";
  return {
    id: data.ghost ? `ghost:${node.id}` : node.id,
    type,
    data,
    position: parent ? { x: box.x - parent.x, y: box.y - parent.y } : { x: box.x, y: box.y },
    parentId: parent && node.parent ? node.parent : undefined,
    width: box.w,
    height: box.h,
    measured: { width: box.w, height: box.h },
    zIndex: data.run?.asks && !data.still ? ASKING_LAYER : (layer ?? NODE_LAYER + depth * 3),
    draggable: data.connectable,
    selectable: false,
    focusable: false,
    connectable: data.connectable && data.takesEdges,
    sourcePosition: (down ? "bottom" : "right") as CardNode["sourcePosition"],
    targetPosition: (down ? "top" : "left") as CardNode["targetPosition"],
    // Given here, edges need not wait until the browser has measured the node.
    handles: data.takesEdges
      ? [
          ...(data.info?.is_trigger
            ? []
            : [handle("target", "in", down ? "top" : "left", down ? { x: box.w / 2, y: 0 } : { x: 0, y: box.h / 2 })]),
          ...data.ports.map((port) =>
            handle(
              "source",
              `out:${port.name}`,
              down ? "bottom" : "right",
              down ? { x: port.at, y: box.h } : { x: box.w, y: port.at },
            ),
          ),
        ]
      : [],
  };
}

function handle(type: "source" | "target", id: string, position: string, at: Point) {
  return { type, id, position, x: at.x, y: at.y, width: 1, height: 1 } as NonNullable<CardNode["handles"]>[number];
}

function wireEdge(
  edge: { id: string; source: string; target: string; source_handle: string | null },
  points: readonly Point[],
  label: WireData["label"],
  look: WireData["look"],
  selected: boolean,
  depth: number,
  editable: boolean,
): WireEdge {
  const removed = look === "removed";
  return {
    id: edge.id,
    type: "wire",
    source: edge.source,
    target: edge.target,
    sourceHandle: `out:${edge.source_handle ?? ""}`,
    targetHandle: "in",
    zIndex: EDGE_LAYER + depth * 3,
    selectable: editable && !removed,
    focusable: false,
    data: {
      d: wirePath(points, !removed),
      head: removed ? "" : headPath(points),
      label,
      look,
      selected,
      layer: EDGE_LAYER + depth * 3,
    },
  };
}

/** Nodes that the turn removed, at their old place, hung on what they hung on. */
function ghostScene(input: SceneInput): Scene {
  const { diff, ghostSource, ghosts } = input;
  if (!diff || !ghostSource || ghosts.size === 0) return { nodes: [], edges: [] };
  const removed = ghostSource.workflow.nodes.filter((node) => ghosts.has(node.id));
  const nodes = removed.map((node): CardNode => {
    const info = input.catalogue.get(node.type);
    const data: CardData = {
      node: { ...node, parent: null },
      info,
      summary: ghostSource.summaries[node.id] ?? "",
      summaryIsCode: readsAsCode(node),
      issue: null,
      mark: "removed",
      run: null,
      still: true,
      selected: false,
      tabStop: false,
      ghost: true,
      dashed: false,
      direction: input.direction,
      ports: defaultPorts(node, input, ghosts.get(node.id) as Box),
      open: [],
      takesEdges: true,
      connectable: false,
      box: ghosts.get(node.id) as Box,
    };
    return cardNode({ ...node, parent: null }, data, info?.is_container ? "loop" : "card", undefined, 0, new Map());
  });
  const edges = diff.removedEdges.filter(
    (edge) =>
      ghosts.has(edge.source) !== ghosts.has(edge.target) || (ghosts.has(edge.source) && ghosts.has(edge.target)),
  );
  const stage = new Map([...input.boxes, ...ghosts]);
  const involved = new Set(edges.flatMap((edge) => [edge.source, edge.target]));
  const around: WorkflowData = {
    name: "",
    nodes: [...input.workflow.nodes, ...removed]
      .filter((node) => involved.has(node.id))
      .map((node) => ({ ...node, parent: null })),
    edges: edges.filter((edge) => stage.has(edge.source) && stage.has(edge.target)),
  };
  const { routes } = routeEdges(around, stage, input.direction, input.catalogue);
  const wires = around.edges.flatMap((edge): WireEdge[] => {
    const route = routes.get(edge.id);
    // The branch may be taken by now: the ghost hangs on the node, whichever way out it was.
    const name = (id: string) => (ghosts.has(id) ? `ghost:${id}` : id);
    if (!route || ghosts.has(edge.source)) return [];
    const port = input.routing.ports.get(edge.source)?.has(edge.source_handle ?? "");
    if (!port) return [];
    return [
      wireEdge(
        { ...edge, id: `ghost:${edge.id}`, source: name(edge.source), target: name(edge.target) },
        route.points,
        null,
        "removed",
        false,
        0,
        false,
      ),
    ];
  });
  return { nodes, edges: wires };
}

/** An error before a missing field, a missing field before a warning; the first of each. */
function worstIssues(issues: readonly Issue[]): Map<string, Issue> {
  const rank = { error: 0, missing: 1, warning: 2 };
  const worst = new Map<string, Issue>();
  for (const issue of issues) {
    if (issue.node_id === null) continue;
    const known = worst.get(issue.node_id);
    if (!known || rank[issue.level] < rank[known.level]) worst.set(issue.node_id, issue);
  }
  return worst;
}

/** Keeps the old object where the new one says the same. */
export function reuse<Item extends { id: string; data?: Record<string, unknown> }>(
  before: readonly Item[],
  after: readonly Item[],
): Item[] {
  const old = new Map(before.map((item) => [item.id, item]));
  return after.map((item) => {
    const previous = old.get(item.id);
    return previous && alike(previous, item, 2) ? previous : item;
  });
}

function alike(a: unknown, b: unknown, depth: number): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (depth < 0) return JSON.stringify(a) === JSON.stringify(b);
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => alike(left[key], right[key], depth - 1));
}

/** Whether the line is an expression and reads best in the mono face. */
function readsAsCode(node: WorkflowNode): boolean {
  return (
    node.type === "condition" && typeof node.config.expression === "string" && node.config.expression.trim() !== ""
  );
}
