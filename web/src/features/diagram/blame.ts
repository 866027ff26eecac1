/** Which turn made a node and which changed it last, read from the turns' edits. */
import type { DiagramTurn } from "./props";

export interface Blame {
  made: DiagramTurn | null;
  changed: DiagramTurn | null;
}

export function blameOf(nodeId: string, turns: readonly DiagramTurn[], shownId: string | null): Blame {
  const last = turns.findIndex((turn) => turn.messageId === shownId);
  let made: DiagramTurn | null = null;
  let changed: DiagramTurn | null = null;
  for (const turn of last === -1 ? turns : turns.slice(0, last + 1)) {
    for (const edit of turn.edits ?? []) {
      if (edit.op === "add_node" && edit.node.id === nodeId) made = turn;
      if (edit.op === "update_node" && edit.id === nodeId) changed = turn;
    }
  }
  return { made, changed: changed === made ? null : changed };
}
