/** What a turn changed, seen from two workflows: the marks on the diagram. */
import type { WorkflowData, WorkflowEdge, WorkflowNode } from "./workflow";

export type Mark = "added" | "changed" | "removed";

export interface WorkflowDiff {
  nodes: ReadonlyMap<string, Mark>;
  /** For a changed node: config fields, or "label", "type", "parent", "retry", "timeout", "on_error". */
  fields: ReadonlyMap<string, readonly string[]>;
  removedNodes: readonly WorkflowNode[];
  addedEdges: ReadonlySet<string>;
  removedEdges: readonly WorkflowEdge[];
  added: number;
  changed: number;
  removed: number;
}

const PLAIN_FIELDS = ["label", "type", "parent", "retry", "timeout", "on_error"] as const;

/** Where a node stands is not a change: moving it by hand marks nothing. */
export function diffWorkflows(before: WorkflowData | null, after: WorkflowData): WorkflowDiff {
  const old = new Map((before?.nodes ?? []).map((node) => [node.id, node]));
  const nodes = new Map<string, Mark>();
  const fields = new Map<string, string[]>();
  for (const node of after.nodes) {
    const previous = old.get(node.id);
    if (!previous) nodes.set(node.id, "added");
    else {
      const changed = changedFields(previous, node);
      if (changed.length > 0) {
        nodes.set(node.id, "changed");
        fields.set(node.id, changed);
      }
    }
  }
  const kept = new Set(after.nodes.map((node) => node.id));
  const removedNodes = (before?.nodes ?? []).filter((node) => !kept.has(node.id));
  for (const node of removedNodes) nodes.set(node.id, "removed");
  const oldEdges = new Set((before?.edges ?? []).map((edge) => edge.id));
  const newEdges = new Set(after.edges.map((edge) => edge.id));
  const count = (mark: Mark) => [...nodes.values()].filter((other) => other === mark).length;
  return {
    nodes,
    fields,
    removedNodes,
    addedEdges: new Set([...newEdges].filter((id) => !oldEdges.has(id))),
    removedEdges: (before?.edges ?? []).filter((edge) => !newEdges.has(edge.id)),
    added: count("added"),
    changed: count("changed"),
    removed: count("removed"),
  };
}

export function changedFields(before: WorkflowNode, after: WorkflowNode): string[] {
  const keys = new Set([...Object.keys(before.config), ...Object.keys(after.config)]);
  return [
    ...PLAIN_FIELDS.filter((field) => !same(before[field], after[field])),
    ...[...keys].filter((key) => !same(before.config[key], after.config[key])),
  ];
}

/** Equal as JSON, whatever the order of keys. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => key in right && same(left[key], right[key]));
}
