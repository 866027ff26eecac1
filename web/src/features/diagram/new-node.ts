/** Edits for a node that a person adds from the palette: an id that was never used, a label, and its edges. */
import { branchesOf, type Catalogue, type NodeTypeInfo } from "@/model/catalogue";
import type { Edit } from "@/model/edits";
import { makeNode, type WorkflowData } from "@/model/workflow";

/** `search_documents`, then `search_documents_2`, ...: an id is never used again, also not after a removal. */
export function freshId(title: string, used: ReadonlySet<string>): string {
  const slug =
    title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "_")
      .replace(/^[^a-z]+|_+$/g, "")
      .slice(0, 32) || "step";
  const base = RESERVED.has(slug) ? `${slug}_step` : slug;
  if (!used.has(base)) return base;
  for (let number = 2; ; number += 1) if (!used.has(`${base}_${number}`)) return `${base}_${number}`;
}

/** Words that templates use. */
const RESERVED = new Set(
  (
    "input item index vars secrets loop true false none and or not if else elif for in is block set filter macro call import from " +
    "include extends with without context raw endraw endif endfor do self super"
  ).split(" "),
);

export interface Where {
  /** Goes after this node, by this way out. */
  after: string | null;
  handle: string | null;
  /** Takes the place of an edge: source, new node, target. */
  before: string | null;
  parent: string | null;
}

export function addNodeEdits(
  type: NodeTypeInfo,
  where: Where,
  workflow: WorkflowData,
  used: ReadonlySet<string>,
  catalogue: Catalogue,
): { id: string; edits: Edit[] } {
  const id = freshId(type.title, new Set([...used, ...workflow.nodes.map((node) => node.id)]));
  const parent = where.parent;
  const edits: Edit[] = [];
  const connects = type.runs && where.after !== null && !type.is_trigger;
  if (connects && where.after && where.before) {
    edits.push({ op: "disconnect", source: where.after, target: where.before, source_handle: where.handle });
  }
  edits.push({ op: "add_node", node: makeNode(id, type.type, type.title, { parent }) });
  if (connects && where.after) {
    edits.push({ op: "connect", source: where.after, target: id, source_handle: where.handle });
    const out = branchesOf(type.type, {}, catalogue)[0] ?? null;
    if (where.before) edits.push({ op: "connect", source: id, target: where.before, source_handle: out });
  }
  return { id, edits };
}

/** After the selected node: on its first free way out, or between it and what follows if there is only one way. */
export function placeAfter(nodeId: string, workflow: WorkflowData, catalogue: Catalogue): Where {
  const node = workflow.nodes.find((other) => other.id === nodeId);
  const parent = node?.parent ?? null;
  if (!node) return { after: null, handle: null, before: null, parent };
  const branches = branchesOf(node.type, node.config, catalogue);
  const out = workflow.edges.filter((edge) => edge.source === nodeId);
  const free = branches.find((name) => !out.some((edge) => edge.source_handle === name));
  if (free !== undefined) return { after: nodeId, handle: free, before: null, parent };
  const only = out.length === 1 ? out[0] : undefined;
  const handle = only?.source_handle ?? branches[0] ?? null;
  return { after: nodeId, handle, before: only?.target ?? null, parent };
}
