/** What the workspace hands to the diagram side: the diagram pane composed with runs (`diagram-side.tsx`). */
import type { DiagramTurn, DrawnWorkflow } from "@/features/diagram/props";
import type { Citation } from "@/model/citation";
import type { WorkflowData } from "@/model/workflow";

export interface DiagramSideProps {
  chatId: string | null;
  /** The message whose workflow is shown: the newest turn, or an earlier one that was picked. While its reply streams, `workflow` grows. */
  shown: DrawnWorkflow | null;
  /** The workflow before it on its branch; null for the first. */
  before: DrawnWorkflow | null;
  beforePending: boolean;
  /** Only the newest message of the branch can be edited by hand. */
  isNewest: boolean;
  /** Nothing was said or drawn in this chat yet: its diagram can be begun by hand. */
  isEmpty: boolean;
  streaming: boolean;
  loading: boolean;
  /** Messages of the branch that changed the diagram, oldest first. */
  turns: DiagramTurn[];
  preview: { workflow: WorkflowData; summaries: Record<string, string>; note: string } | null;
  /** From the URL: `run=`, `at=` (milliseconds; present: replay), `node=`. */
  runId: string | null;
  at: number | null;
  /** The run that the shown one is compared with. */
  withId: string | null;
  nodeId: string | null;
  /** Counts up when a step is asked for from elsewhere. */
  nodeAsked: number;
  /** Writes the URL; keys that are absent stay as they are, null removes. */
  onNavigate: (query: {
    message?: string | null;
    run?: string | null;
    at?: number | null;
    with?: string | null;
    node?: string | null;
  }) => void;
  onCitation: (citation: Citation) => void;
  /** The server answered a hand edit or an undo with this message: show it. */
  onHandEdit: (messageId: string) => void;
  /** A diagram was begun by hand where there was no chat yet. */
  onChatCreated: (chatId: string) => void;
}
