/** What the app hands to the parts of a run and what it hears back. `src/app/diagram-side.tsx` puts them into the diagram pane. */
import type { Catalogue } from "@/model/catalogue";
import type { Citation } from "@/model/citation";
import type { RunStatus, RunSummary, RunView, StepPlace } from "@/model/run";
import type { JsonValue, WorkflowData } from "@/model/workflow";

export interface RunButtonProps {
  workflow: WorkflowData | null;
  catalogue: Catalogue;
  /** The node to open instead of running; null: nothing is left to fill in. */
  firstMissing: string | null;
  /** A run is shown that has not ended: the button stops it. */
  running: boolean;
  /** A replay is on: Run is not what one came for. */
  quiet: boolean;
  /** Why it cannot run now, such as a reply that is still being written. */
  disabledReason: string | null;
  onOpenMissing: (nodeId: string) => void;
  /** Rejects with an Error whose message is for the person. */
  onRun: (input: JsonValue, triggerId: string | null) => Promise<void>;
  onStop: () => void;
}

export interface RunsPanelProps {
  /** Null: loading. */
  runs: RunSummary[] | null;
  error: string | null;
  filter: RunStatus | "all";
  hasMore: boolean;
  loadingMore: boolean;
  /** Null: not known here, such as a run of a page not loaded. */
  numberOf: (runId: string) => number | null;
  labelOf: (nodeId: string) => string;
  /** "Item 37 of 120" for a step of the shown run. */
  turnOf: (place: StepPlace) => string;
  shown: RunView | null;
  replaying: boolean;
  /** The diagram was changed since the shown run. */
  movedOn: boolean;
  onFilter: (filter: RunStatus | "all") => void;
  onMore: () => void;
  onRetry: () => void;
  onPick: (runId: string) => void;
  onReplay: (runId: string) => void;
  /** Executes the same workflow once more with the same input. Rejects with an Error whose message is for the person. */
  onAgain: (run: RunView) => Promise<void>;
  /** Keeps what was done in it and executes the rest. Rejects likewise. */
  onRetryFailed: (run: RunView) => Promise<void>;
  /** Holds it, or lets it go on. Rejects likewise. */
  onPause: (run: RunView) => Promise<void>;
  onCompare: (run: RunView) => void;
  /** Shows a step of the shown run on the diagram. */
  onStep: (place: StepPlace) => void;
  /** Back to the diagram without a run. */
  onLeave: () => void;
  onCitation: (citation: Citation) => void;
  onClose: () => void;
}

export interface ScrubberProps {
  run: RunView;
  /** Name of a node, for what is read out. */
  labelOf: (nodeId: string) => string;
  /** Milliseconds on the time line. */
  at: number;
  onAt: (at: number) => void;
  onExit: () => void;
}
