/** Moving a step into a loop beside it, or out of the loop around it. Edges do not cross a loop's border, so what it stood between is joined
 * behind it, and it is connected anew: as the last step of the body, or right after the loop. */
import { branchesOf, type Catalogue } from "@/model/catalogue";
import type { Edit } from "@/model/edits";
import { makeEdge, type WorkflowData, type WorkflowEdge, type WorkflowNode } from "@/model/workflow";

export interface Move {
  label: string;
  edits: Edit[];
}

export function movesOf(nodeId: string, workflow: WorkflowData, catalogue: Catalogue): Move[] {
  const node = workflow.nodes.find((other) => other.id === nodeId);
  // Triggers stand outside of loops.
  if (!node || catalogue.get(node.type)?.is_trigger) return [];
  const around = workflow.nodes.find((other) => other.id === node.parent);
  const beside = workflow.nodes.filter(
    (other) => other.id !== node.id && other.parent === node.parent && catalogue.get(other.type)?.is_container,
  );
  return [
    ...(around ? [{ label: `Move out of “${around.label}”`, edits: outOf(node, around, workflow, catalogue) }] : []),
    ...beside.map((loop) => ({ label: `Move into “${loop.label}”`, edits: into(node, loop, workflow, catalogue) })),
  ];
}

function into(node: WorkflowNode, loop: WorkflowNode, workflow: WorkflowData, catalogue: Catalogue): Edit[] {
  const body = workflow.nodes.filter((other) => other.parent === loop.id && catalogue.get(other.type)?.runs);
  const ends = body.filter((other) => !workflow.edges.some((edge) => edge.source === other.id));
  const edits = [...released(node, workflow), ...moved(node, loop.id)];
  if (!catalogue.get(node.type)?.runs) return edits;
  return [...edits, ...ends.map((end) => connect(end.id, firstWayOut(end, catalogue), node.id))];
}

function outOf(node: WorkflowNode, loop: WorkflowNode, workflow: WorkflowData, catalogue: Catalogue): Edit[] {
  const edits = [...released(node, workflow), ...moved(node, loop.parent)];
  if (!catalogue.get(node.type)?.runs) return edits;
  const after = workflow.edges.filter((edge) => edge.source === loop.id);
  return [
    ...edits,
    ...after.map(disconnect),
    connect(loop.id, firstWayOut(loop, catalogue), node.id),
    ...after.map((edge) => connect(node.id, firstWayOut(node, catalogue), edge.target)),
  ];
}

/** Takes its edges away and joins what it stood between. */
function released(node: WorkflowNode, workflow: WorkflowData): Edit[] {
  const before = workflow.edges.filter((edge) => edge.target === node.id);
  const after = workflow.edges.filter((edge) => edge.source === node.id);
  const known = new Set(workflow.edges.map((edge) => edge.id));
  const joined = before.flatMap((from) => after.map((to) => makeEdge(from.source, to.target, from.source_handle)));
  const fresh = joined.filter((edge) => !known.has(edge.id) && known.add(edge.id));
  return [
    ...[...before, ...after].map(disconnect),
    ...fresh.map((edge) => connect(edge.source, edge.source_handle, edge.target)),
  ];
}

/** Where a person had placed it lies on the other side of the border, so that place is let go. */
function moved(node: WorkflowNode, parent: string | null): Edit[] {
  const update: Edit = { op: "update_node", id: node.id, set: { parent }, unset: [] };
  return node.position === null ? [update] : [{ op: "place_node", id: node.id, position: null }, update];
}

function firstWayOut(node: WorkflowNode, catalogue: Catalogue): string | null {
  return branchesOf(node.type, node.config, catalogue)[0] ?? null;
}

function connect(source: string, source_handle: string | null, target: string): Edit {
  return { op: "connect", source, target, source_handle };
}

function disconnect({ source, target, source_handle }: WorkflowEdge): Edit {
  return { op: "disconnect", source, target, source_handle };
}
