/** Edits as the server sends and takes them, and how one changes a workflow. The server decides what is allowed; here an edit that
 * cannot apply changes nothing, so that a stream which runs ahead of its snapshot does no harm. */
import {
  type Config,
  edgeId,
  makeEdge,
  type OnError,
  type Retry,
  type WorkflowData,
  type WorkflowEdge,
  type WorkflowNode,
} from "./workflow";

export interface NodeChange {
  label?: string | null;
  type?: string | null;
  config?: Config | null;
  parent?: string | null;
  retry?: Retry | null;
  timeout?: number | null;
  on_error?: OnError | null;
}

export type Edit =
  | { op: "add_node"; node: WorkflowNode }
  | { op: "update_node"; id: string; set?: NodeChange; unset?: string[] }
  | { op: "remove_node"; id: string; bridge?: boolean }
  | { op: "connect"; source: string; target: string; source_handle?: string | null }
  | { op: "disconnect"; source: string; target: string; source_handle?: string | null }
  | { op: "place_node"; id: string; position: [number, number] | null }
  | { op: "rename"; name: string };

export function applyEdit(edit: Edit, workflow: WorkflowData): WorkflowData {
  switch (edit.op) {
    case "add_node":
      if (workflow.nodes.some((node) => node.id === edit.node.id)) return workflow;
      return { ...workflow, nodes: [...workflow.nodes, complete(edit.node)] };
    case "update_node":
      return replaceNode(workflow, edit.id, (node) => changed(node, edit.set ?? {}, edit.unset ?? []));
    case "remove_node":
      return removed(edit.id, edit.bridge ?? false, workflow);
    case "connect": {
      const edge = makeEdge(edit.source, edit.target, edit.source_handle ?? null);
      if (workflow.edges.some((other) => other.id === edge.id)) return workflow;
      return { ...workflow, edges: [...workflow.edges, edge] };
    }
    case "disconnect": {
      const id = edgeId(edit.source, edit.source_handle ?? null, edit.target);
      return { ...workflow, edges: workflow.edges.filter((edge) => edge.id !== id) };
    }
    case "place_node":
      return replaceNode(workflow, edit.id, (node) => ({ ...node, position: edit.position }));
    case "rename":
      return { ...workflow, name: edit.name };
  }
}

export function applyEdits(edits: readonly Edit[], workflow: WorkflowData): WorkflowData {
  return edits.reduce((current, edit) => applyEdit(edit, current), workflow);
}

/** The edits that take `edit` back, given the workflow before it. */
export function invertEdit(edit: Edit, before: WorkflowData): Edit[] {
  const node = (id: string) => before.nodes.find((other) => other.id === id);
  switch (edit.op) {
    case "add_node":
      return [{ op: "remove_node", id: edit.node.id, bridge: false }];
    case "update_node": {
      const old = node(edit.id);
      return old ? [restored(edit, old)] : [];
    }
    case "remove_node":
      return invertRemoval(edit.id, before, removed(edit.id, edit.bridge ?? false, before));
    case "connect":
      return [{ op: "disconnect", ...ends(edit) }];
    case "disconnect":
      return [{ op: "connect", ...ends(edit) }];
    case "place_node":
      return [{ op: "place_node", id: edit.id, position: node(edit.id)?.position ?? null }];
    case "rename":
      return [{ op: "rename", name: before.name }];
  }
}

/** The inverse of a list: each edit against the workflow it met, last first. */
export function invertEdits(edits: readonly Edit[], before: WorkflowData): Edit[] {
  const inverse: Edit[][] = [];
  let current = before;
  for (const edit of edits) {
    inverse.unshift(invertEdit(edit, current));
    current = applyEdit(edit, current);
  }
  return inverse.flat();
}

function ends(edit: { source: string; target: string; source_handle?: string | null }) {
  return { source: edit.source, target: edit.target, source_handle: edit.source_handle ?? null };
}

function complete(node: WorkflowNode): WorkflowNode {
  return {
    id: node.id,
    type: node.type,
    label: node.label,
    config: node.config ?? {},
    parent: node.parent ?? null,
    position: node.position ?? null,
    retry: node.retry ?? null,
    timeout: node.timeout ?? null,
    on_error: node.on_error ?? null,
  };
}

function replaceNode(workflow: WorkflowData, id: string, change: (node: WorkflowNode) => WorkflowNode): WorkflowData {
  return { ...workflow, nodes: workflow.nodes.map((node) => (node.id === id ? change(node) : node)) };
}

function changed(node: WorkflowNode, set: NodeChange, unset: readonly string[]): WorkflowNode {
  const config: Config = { ...node.config, ...(set.config ?? {}) };
  for (const key of unset) delete config[key];
  return {
    ...node,
    label: set.label ?? node.label,
    type: set.type ?? node.type,
    config,
    parent: "parent" in set ? (set.parent ?? null) : node.parent,
    retry: "retry" in set ? (set.retry ?? null) : node.retry,
    timeout: "timeout" in set ? (set.timeout ?? null) : node.timeout,
    on_error: "on_error" in set ? (set.on_error ?? null) : node.on_error,
  };
}

function restored(edit: Extract<Edit, { op: "update_node" }>, old: WorkflowNode): Edit {
  const set: NodeChange = {};
  const given = edit.set ?? {};
  if (given.label != null) set.label = old.label;
  if (given.type != null) set.type = old.type;
  if ("parent" in given) set.parent = old.parent;
  if ("retry" in given) set.retry = old.retry;
  if ("timeout" in given) set.timeout = old.timeout;
  if ("on_error" in given) set.on_error = old.on_error;
  const touched = [...Object.keys(given.config ?? {}), ...(edit.unset ?? [])];
  const config = Object.fromEntries(
    touched.flatMap((key) => {
      const value = old.config[key];
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
  if (Object.keys(config).length > 0) set.config = config;
  return { op: "update_node", id: edit.id, set, unset: touched.filter((key) => !(key in old.config)) };
}

/** A removed loop takes its body along. */
function withBody(id: string, workflow: WorkflowData): Set<string> {
  const gone = new Set([id]);
  for (let grew = true; grew; ) {
    grew = false;
    for (const node of workflow.nodes) {
      if (node.parent !== null && gone.has(node.parent) && !gone.has(node.id)) {
        gone.add(node.id);
        grew = true;
      }
    }
  }
  return gone;
}

function removed(id: string, bridge: boolean, workflow: WorkflowData): WorkflowData {
  if (!workflow.nodes.some((node) => node.id === id)) return workflow;
  const gone = withBody(id, workflow);
  const edges = workflow.edges.filter((edge) => !gone.has(edge.source) && !gone.has(edge.target));
  if (bridge) {
    for (const into of workflow.edges.filter((edge) => edge.target === id)) {
      for (const out of workflow.edges.filter((edge) => edge.source === id)) {
        const joined = makeEdge(into.source, out.target, into.source_handle);
        if (!edges.some((edge) => edge.id === joined.id)) edges.push(joined);
      }
    }
  }
  return { ...workflow, nodes: workflow.nodes.filter((node) => !gone.has(node.id)), edges };
}

function invertRemoval(id: string, before: WorkflowData, after: WorkflowData): Edit[] {
  const gone = withBody(id, before);
  const has = (edges: readonly WorkflowEdge[], edge: WorkflowEdge) => edges.some((other) => other.id === edge.id);
  const depth = (node: WorkflowNode): number => {
    const parent = before.nodes.find((other) => other.id === node.parent);
    return parent ? depth(parent) + 1 : 0;
  };
  return [
    ...after.edges
      .filter((edge) => !has(before.edges, edge))
      .map((edge): Edit => ({ op: "disconnect", ...ends(edge) })),
    ...before.nodes
      .filter((node) => gone.has(node.id))
      .sort((a, b) => depth(a) - depth(b))
      .map((node): Edit => ({ op: "add_node", node })),
    ...before.edges.filter((edge) => !has(after.edges, edge)).map((edge): Edit => ({ op: "connect", ...ends(edge) })),
  ];
}
