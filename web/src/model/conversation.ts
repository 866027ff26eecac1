/** A conversation as data: how a live turn's events change its message, and how a branch's messages become rows on the screen. */
import { describeEdit } from "./conversation-changes";
import { applyEdit, type Edit } from "./edits";
import type { Message, TurnEvent } from "./message";
import { EMPTY_WORKFLOW } from "./workflow";

/** Snapshot plus events equals a fresh snapshot: an edit already in the message is not applied twice. */
export function reduceTurn(message: Message, event: TurnEvent): Message {
  switch (event.type) {
    case "turn.started":
    case "turn.finished":
    case "turn.failed":
      return event.message;
    case "reply.delta":
      return { ...message, content: message.content + event.text };
    case "edit.applied": {
      if (event.seq < message.edits.length) return message;
      const before = message.workflow_data ?? EMPTY_WORKFLOW;
      return {
        ...message,
        edits: [...message.edits, event.edit],
        changes: describeEdit(message.changes, event.edit, event.seq, before),
        workflow_data: applyEdit(event.edit, before),
        summaries: summarised(message.summaries, event.edit, event.summary),
      };
    }
    case "edit.rejected":
      return { ...message, rejected: [...message.rejected, { edit: event.edit, reason: event.reason }] };
    case "question":
      return { ...message, question: { text: event.text, choices: event.choices } };
  }
}

function summarised(summaries: Record<string, string>, edit: Edit, summary: string | null): Record<string, string> {
  const id = edit.op === "add_node" ? edit.node.id : edit.op === "update_node" ? edit.id : null;
  return id === null || summary === null ? summaries : { ...summaries, [id]: summary };
}

/** Deltas that arrive in one frame are one change of the screen. */
export function mergeDeltas(events: readonly TurnEvent[]): TurnEvent[] {
  const merged: TurnEvent[] = [];
  for (const event of events) {
    const last = merged.at(-1);
    if (event.type === "reply.delta" && last?.type === "reply.delta") {
      merged[merged.length - 1] = { type: "reply.delta", text: last.text + event.text };
    } else merged.push(event);
  }
  return merged;
}

export interface TurnRow {
  kind: "turn";
  /** Stable while the turn streams and when it is paged in. */
  key: string;
  user: Message | null;
  reply: Message | null;
}

export interface EditRow {
  kind: "edit";
  key: string;
  message: Message;
}

export type Row = TurnRow | EditRow;

/** Rows of a branch, oldest first. A reply whose question is on a page not yet loaded stands alone until it comes. */
export function rowsOf(messages: readonly Message[]): Row[] {
  const rows: Row[] = [];
  for (const message of messages) {
    const last = rows.at(-1);
    if (message.role === "edit") rows.push({ kind: "edit", key: message.id, message });
    else if (message.role === "user") rows.push({ kind: "turn", key: message.id, user: message, reply: null });
    else if (last?.kind === "turn" && last.user?.id === message.parent_id && last.reply === null) {
      rows[rows.length - 1] = { ...last, reply: message };
    } else rows.push({ kind: "turn", key: message.parent_id ?? message.id, user: null, reply: message });
  }
  return rows;
}

/** The message of a row that a diagram belongs to. */
export function messageOfRow(row: Row): Message | null {
  return row.kind === "edit" ? row.message : row.reply;
}

export function changedDiagram(message: Message): boolean {
  return message.role !== "user" && message.edits.length > 0;
}

/** Ids of the branch's messages that changed the diagram, oldest first: those the server named, and those that came since. */
export function turnsOf(named: readonly string[], messages: readonly Message[]): string[] {
  const known = new Set(named);
  const since = messages.filter((message) => changedDiagram(message) && !known.has(message.id));
  return [...named, ...since.map((message) => message.id)];
}

/** The turn whose diagram a message shows: itself, or the last one before it that changed something. */
export function turnShown(
  turns: readonly string[],
  messages: readonly Message[],
  shownId: string | null,
): string | null {
  if (shownId === null || turns.includes(shownId)) return shownId;
  const changed = new Set(turns);
  const upto = messages.slice(0, messages.findIndex((message) => message.id === shownId) + 1);
  return upto.findLast((message) => changed.has(message.id))?.id ?? null;
}

/** Where the shown message stands: its row, and the rows after it that fold into one line. */
export function foldAfter(rows: readonly Row[], shownId: string | null): { visible: Row[]; later: Row[] } {
  if (shownId === null) return { visible: [...rows], later: [] };
  const at = rows.findIndex(
    (row) => messageOfRow(row)?.id === shownId || (row.kind === "turn" && row.user?.id === shownId),
  );
  // A message that changed nothing shows the diagram of the turn before it; only a later change makes a turn an earlier one.
  if (at < 0) return { visible: [...rows], later: [] };
  return { visible: rows.slice(0, at + 1), later: rows.slice(at + 1) };
}

/** A branch as it is paged: the newest page first, each page oldest first. */
export function flattenPages(pages: readonly { items: readonly Message[] }[]): Message[] {
  const seen = new Set<string>();
  const messages: Message[] = [];
  for (const page of pages.toReversed()) {
    for (const message of page.items) {
      if (seen.has(message.id)) continue;
      seen.add(message.id);
      messages.push(message);
    }
  }
  return messages;
}
