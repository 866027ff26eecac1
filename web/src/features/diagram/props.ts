/** What the app hands to the diagram pane and what it hears back. `src/app/diagram-side.tsx` puts it together with runs. */
import type { ReactNode } from "react";
import type { Catalogue } from "@/model/catalogue";
import type { Citation } from "@/model/citation";
import type { Edit } from "@/model/edits";
import type { SavedLayout } from "@/model/layout/types";
import type { Decision, Doubt, RunView } from "@/model/run";
import type { Issue, WorkflowData } from "@/model/workflow";

/** A message that changed the diagram: one stop of the stepper. */
export interface DiagramTurn {
  messageId: string;
  /** 1 for the first. */
  number: number;
  role: "assistant" | "edit";
  /** Where known: they tell which turn made a node and which changed it last. */
  edits?: Edit[];
}

/** A message's workflow with what is kept beside it. */
export interface DrawnWorkflow {
  messageId: string;
  /** How many edits the message holds: what hand edits are based on. */
  editCount: number;
  workflow: WorkflowData;
  /** The line under each node's label, by node id. */
  summaries: Record<string, string>;
  issues: Issue[];
  layout: SavedLayout | null;
}

/** A step was asked for: to look at it, to work in its panel, or to fill in its first missing field. */
export interface Visit {
  nodeId: string;
  into: "view" | "panel" | "field";
  /** The loop turn to look at; absent: the one that matters most. */
  path?: string;
  /** Counts up, so that asking again is seen. */
  number: number;
}

export interface DiagramPaneProps {
  catalogue: Catalogue;
  /** What is drawn; null: the empty page. While a reply streams it grows, edit by edit. */
  shown: DrawnWorkflow | null;
  /** The workflow the shown turn started from: marks are relative to it, and its layout is what law 5 keeps. */
  before: DrawnWorkflow | null;
  /** It is still being fetched: without saved places, what is shown waits for it. */
  beforePending: boolean;
  streaming: boolean;
  loading: boolean;
  /** On the branch shown, oldest first. */
  turns: DiagramTurn[];
  /** An example's workflow, drawn dashed on the empty page. */
  preview: { workflow: WorkflowData; summaries: Record<string, string>; note: string } | null;
  /** Hand editing is off for an earlier turn, while a reply streams and in a replay. */
  editable: boolean;
  run: RunView | null;
  /** The newest run of the chat, for "last input" and "last output" while none is shown. */
  lastRun: RunView | null;
  /** The run is played back from its record: nothing turns, nothing is executed. */
  replaying: boolean;
  selected: string | null;
  visit: Visit | null;
  onSelect: (nodeId: string | null, into?: Visit["into"]) => void;
  onShowTurn: (messageId: string) => void;
  /** Resolves when the server took the edits; rejects with an Error whose message is for the person. */
  onEdits: (edits: Edit[]) => Promise<void>;
  onLayout: (messageId: string, layout: SavedLayout) => void;
  /** The number of the run whose recorded steps the shown one used, where it is known. */
  fromNumber: number | null;
  onDecide: (decision: Decision) => Promise<void>;
  /** Says of a step in doubt how the run goes on. Rejects, as a decision does, with an Error whose message is for the person. */
  onSettle: (doubt: Doubt) => Promise<void>;
  onStopRun: () => Promise<void>;
  /** Holds the shown run, or lets it go on. */
  onPauseRun: () => Promise<void>;
  /** Why a run could not be started from a step. */
  refused: string | null;
  onRefusalRead: () => void;
  /** Executes from a step on what an earlier run did; null: there is no run to start from. */
  onRunFrom: ((nodeId: string) => void) | null;
  onCitation: (citation: Citation) => void;
  /** Right end of the bar: Run, or Stop. */
  runButton: ReactNode;
  onShowRuns: () => void;
  /** Back to the diagram as it is edited, without a run on it. */
  onLeaveRun: () => void;
  /** Phones have a sheet in place of the panel, and no minimap. */
  compact: boolean;
  /** Takes the place of the node panel when given. */
  side: ReactNode | null;
  /** Below the canvas: the scrubber of a replay. */
  footer: ReactNode | null;
  /** Names of the person's collections, for the picker in forms. */
  collections: string[] | null;
  /** No language model is set up: the built-in writer takes its place. */
  noModel: boolean;
}
