/** A message as the server answers with it, and what a live turn announces. One row of a conversation. */
import type { Edit } from "./edits";
import type { Issue, JsonValue, WorkflowData } from "./workflow";

export type MessageStatus = "streaming" | "done" | "stopped" | "failed" | "interrupted";

/** One line of the list under a reply; `seqs` are the positions in the message's edits that it stands for. */
export interface Change {
  sign: "added" | "changed" | "removed";
  node_id: string | null;
  title: string;
  detail: string;
  seqs: number[];
}

export interface Question {
  text: string;
  choices: string[];
}

export interface Usage {
  input_tokens: number;
  output_tokens: number;
  seconds: number;
  /** Dollars; null where no price is known. */
  cost: number | null;
}

export interface Message {
  id: string;
  chat_id: string;
  parent_id: string | null;
  role: "user" | "assistant" | "edit";
  content: string;
  edits: Edit[];
  changes: Change[];
  rejected: { edit: JsonValue; reason: string }[];
  /** Null on user messages, and in lists unless asked for. */
  workflow_data: WorkflowData | null;
  /** The line under each node's label. */
  summaries: Record<string, string>;
  layout: Record<string, Record<string, number[]>> | null;
  issues: Issue[];
  question: Question | null;
  suggestions: string[];
  /** Ids under the same parent, oldest first, this one included. */
  siblings: string[];
  status: MessageStatus;
  error: { error: string; message: string } | null;
  planner: string | null;
  model: string | null;
  usage: Usage | null;
  created_at: string;
  finished_at: string | null;
}

export type TurnEvent =
  | { type: "turn.started"; message: Message; user_message: Message }
  | { type: "reply.delta"; text: string }
  | { type: "edit.applied"; edit: Edit; seq: number; summary: string | null }
  | { type: "edit.rejected"; edit: JsonValue; reason: string }
  | { type: "question"; text: string; choices: string[] }
  | { type: "turn.finished"; message: Message }
  | { type: "turn.failed"; message: Message };
