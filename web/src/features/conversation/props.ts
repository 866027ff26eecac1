/** What the app hands to the conversation and what it hears back. */
import type { ReactNode } from "react";
import type { Citation } from "@/model/citation";
import type { Message } from "@/model/message";
import type { Example } from "./Welcome";

/** The branch on the screen, oldest first, as far as it is loaded. */
export interface BranchView {
  messages: Message[];
  /** Ids of the messages that changed the diagram, oldest first. */
  turns: string[];
  /** Turn numbers by message id; a message that is missing changed nothing. */
  numbers: ReadonlyMap<string, number>;
  loading: boolean;
  error: string | null;
  hasOlder: boolean;
  loadingOlder: boolean;
  loadOlder: () => void;
  retry: () => void;
  /** Names the branch: another value is another branch. */
  place: string;
}

/** A run as its card shows it. */
export interface RunCardView {
  id: string;
  number: number;
  messageId: string;
  status: "queued" | "running" | "waiting" | "done" | "failed" | "cancelled";
  paused: boolean;
  /** The question it was started with, in one line. */
  asked: string;
  /** State of each step that counts, in order. */
  segments: ("waiting" | "running" | "done" | "failed")[];
  seconds: number | null;
  /** The node that waits for a person: to decide, or to say whether it happened. */
  asksAt: string | null;
  answer: { text: string; citations: Citation[]; builtIn: boolean } | null;
  error: string | null;
}

export interface ConversationPaneProps {
  chatId: string | null;
  title: string;
  branch: BranchView;
  /** The message whose diagram is drawn; null: none. */
  shownId: string | null;
  /** The shown message is not the newest: later turns fold, and a message branches off. */
  isEarlier: boolean;
  runs: ReadonlyMap<string, RunCardView[]>;
  /** Ids of the nodes in the diagram, by label. */
  nodes: ReadonlyMap<string, string>;
  /** Goes to a message's branch and diagram; null: to the newest. */
  onShow: (messageId: string | null) => void;
  /** The same, asked for to look at the diagram. */
  onDraw: (messageId: string) => void;
  onChatCreated: (chatId: string) => void;
  onPreview: (example: Example | null, place: number) => void;
  onCitation: (citation: Citation) => void;
  /** A card of an ended run came on the screen: its answer is wanted whole. */
  onRunSeen: (runId: string) => void;
  onOpenRun: (runId: string) => void;
  onReplay: (runId: string) => void;
  /** Shows a step of a run on the diagram. */
  onStep: (runId: string, nodeId: string) => void;
  onNode: (nodeId: string) => void;
  /** Left and right of the title. */
  barStart: ReactNode;
  barEnd: ReactNode;
}
