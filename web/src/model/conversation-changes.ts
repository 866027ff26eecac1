/** A live turn's edits in words, one line per node. When the turn ends the server's own lines take their place. */
import type { Edit, NodeChange } from "./edits";
import type { Change } from "./message";
import type { WorkflowData } from "./workflow";

/** Adds one edit to the lines so far. Wiring is told by the nodes that it joins, and where somebody put a node is not told. */
export function describeEdit(changes: readonly Change[], edit: Edit, seq: number, before: WorkflowData): Change[] {
  const label = (id: string) => before.nodes.find((node) => node.id === id)?.label ?? id;
  switch (edit.op) {
    case "add_node":
      return [...changes, line("added", edit.node.id, edit.node.label, "", seq)];
    case "update_node":
      return merged(changes, line("changed", edit.id, label(edit.id), what(edit.set ?? {}, edit.unset ?? []), seq));
    case "remove_node": {
      const added = changes.some((change) => change.node_id === edit.id && change.sign === "added");
      const others = changes.filter((change) => change.node_id !== edit.id);
      return added ? others : [...others, line("removed", edit.id, label(edit.id), "", seq)];
    }
    case "connect":
      return changes.map((change) =>
        change.node_id === edit.target && change.sign === "added" && change.detail === ""
          ? { ...change, detail: `after ${label(edit.source)}`, seqs: [...change.seqs, seq] }
          : change,
      );
    case "rename":
      return [...changes, line("changed", null, edit.name, "name", seq)];
    case "disconnect":
    case "place_node":
      return [...changes];
  }
}

function line(sign: Change["sign"], nodeId: string | null, title: string, detail: string, seq: number): Change {
  return { sign, node_id: nodeId, title, detail, seqs: [seq] };
}

/** A node that this turn added or changed keeps its one line. */
function merged(changes: readonly Change[], next: Change): Change[] {
  const at = changes.findIndex((change) => change.node_id === next.node_id && change.sign !== "removed");
  const same = changes[at];
  if (!same) return [...changes, next];
  const parts = new Set([same.detail, next.detail].filter((detail) => detail !== ""));
  const detail = same.sign === "changed" ? [...parts].join(", ") : same.detail;
  return changes.with(at, { ...same, detail, seqs: [...same.seqs, ...next.seqs] });
}

function what(set: NodeChange, unset: readonly string[]): string {
  const fields = [...Object.keys(set.config ?? {}), ...unset];
  const others = Object.keys(set).filter((key) => key !== "config");
  return [...others, ...fields].map((name) => name.replaceAll("_", " ")).join(", ");
}
