/** What a workflow is in the browser: nodes, edges and a name, as a value that nobody mutates. */

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type Config = Record<string, JsonValue>;

export interface Retry {
  attempts: number;
  backoff: number;
}

export type OnError = "fail" | "continue";

export interface WorkflowNode {
  id: string;
  type: string;
  label: string;
  config: Config;
  parent: string | null;
  /** Top left corner on the canvas, where a person put it; null: laid out automatically. */
  position: [number, number] | null;
  retry: Retry | null;
  /** Seconds. */
  timeout: number | null;
  on_error: OnError | null;
}

export interface WorkflowEdge {
  id: string;
  source: string;
  target: string;
  source_handle: string | null;
}

export interface WorkflowData {
  name: string;
  nodes: WorkflowNode[];
  edges: WorkflowEdge[];
}

export interface Issue {
  level: "error" | "missing" | "warning";
  code: string;
  message: string;
  node_id: string | null;
  edge_id: string | null;
  field: string | null;
}

export const EMPTY_WORKFLOW: WorkflowData = { name: "", nodes: [], edges: [] };

export function edgeId(source: string, handle: string | null, target: string): string {
  return `${source}/${handle ?? ""}/${target}`;
}

export function makeEdge(source: string, target: string, source_handle: string | null = null): WorkflowEdge {
  return { id: edgeId(source, source_handle, target), source, target, source_handle };
}

export function makeNode(id: string, type: string, label: string, rest: Partial<WorkflowNode> = {}): WorkflowNode {
  return {
    id,
    type,
    label,
    config: {},
    parent: null,
    position: null,
    retry: null,
    timeout: null,
    on_error: null,
    ...rest,
  };
}

export function nodeById(workflow: WorkflowData): Map<string, WorkflowNode> {
  return new Map(workflow.nodes.map((node) => [node.id, node]));
}

/** Ids of the loops around a node, the nearest first. */
export function loopsAround(nodes: Map<string, WorkflowNode>, id: string): string[] {
  const around: string[] = [];
  let parent = nodes.get(id)?.parent ?? null;
  while (parent !== null && nodes.has(parent) && !around.includes(parent)) {
    around.push(parent);
    parent = nodes.get(parent)?.parent ?? null;
  }
  return around;
}

/** Every node from which `id` can be reached, the nearest first: their outputs are what its templates may name. */
export function upstreamOf(workflow: WorkflowData, id: string): WorkflowNode[] {
  const nodes = nodeById(workflow);
  const found = new Set<string>();
  let front = [id, ...loopsAround(nodes, id)];
  while (front.length > 0) {
    const next: string[] = [];
    for (const edge of workflow.edges) {
      if (front.includes(edge.target) && !found.has(edge.source) && edge.source !== id) {
        found.add(edge.source);
        next.push(edge.source);
      }
    }
    front = next;
  }
  return [...found].flatMap((upstream) => nodes.get(upstream) ?? []);
}

/** Insertion order is kept where the edges allow; a node comes after everything that leads to it. */
export function topologicalOrder(
  ids: readonly string[],
  edges: readonly { source: string; target: string }[],
): string[] {
  const inside = new Set(ids);
  const waiting = new Map(ids.map((id) => [id, 0]));
  const after = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const edge of edges) {
    if (!inside.has(edge.source) || !inside.has(edge.target)) continue;
    waiting.set(edge.target, (waiting.get(edge.target) ?? 0) + 1);
    after.get(edge.source)?.push(edge.target);
  }
  const order: string[] = [];
  const ready = ids.filter((id) => waiting.get(id) === 0);
  for (let id = ready.shift(); id !== undefined; id = ready.shift()) {
    order.push(id);
    for (const next of after.get(id) ?? []) {
      const left = (waiting.get(next) ?? 0) - 1;
      waiting.set(next, left);
      if (left === 0) ready.push(next);
    }
  }
  // A cycle cannot be stored, but a half-streamed draft must not lose nodes.
  return order.length === ids.length ? order : [...order, ...ids.filter((id) => !order.includes(id))];
}
