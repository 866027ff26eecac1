/** What the app hands to the parts of a run and what it hears back. `src/app/diagram-side.tsx` puts them into the diagram pane. */
import type { RunStatus, RunView } from "@/model/run";
import type { JsonValue, WorkflowData } from "@/model/workflow";

/** One line of the list of runs. */
export interface RunSummary {
  id: string;
  number: number;
  message_id: string;
  status: RunStatus;
  input: JsonValue;
  created_at: string;
  finished_at: string | null;
}

export interface RunButtonProps {
  workflow: WorkflowData | null;
  /** The node to open instead of running; null: the workflow can run. */
  firstMissing: string | null;
  running: boolean;
  replaying: boolean;
  onOpenMissing: (nodeId: string) => void;
  onRun: (input: JsonValue) => Promise<void>;
  onStop: () => void;
}

export interface RunsPanelProps {
  runs: RunSummary[] | null;
  error: string | null;
  filter: RunStatus | "all";
  hasMore: boolean;
  shown: RunView | null;
  workflow: WorkflowData | null;
  selectedNode: string | null;
  onFilter: (filter: RunStatus | "all") => void;
  onMore: () => void;
  onRetry: () => void;
  onPick: (runId: string) => void;
  onReplay: (runId: string) => void;
  onAgain: (run: RunView) => void;
  onClose: () => void;
}

export interface ScrubberProps {
  run: RunView;
  /** Milliseconds since the run's start. */
  at: number;
  onAt: (at: number) => void;
  onExit: () => void;
}
