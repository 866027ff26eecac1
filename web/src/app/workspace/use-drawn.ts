"use client";
/** The workflow of the shown message and the one before it, in the form the diagram takes. */
import { useMemo } from "react";
import { useMessage } from "@/api/messages";
import type { DiagramTurn, DrawnWorkflow } from "@/features/diagram/props";
import { turnShown } from "@/model/conversation";
import type { Message } from "@/model/message";
import type { Branch } from "./use-branch";

interface Drawn {
  shown: DrawnWorkflow | null;
  before: DrawnWorkflow | null;
  /** What comes before is not here yet. */
  beforePending: boolean;
  turns: DiagramTurn[];
  streaming: boolean;
  loading: boolean;
}

function drawn(message: Message | undefined): DrawnWorkflow | null {
  if (!message?.workflow_data) return null;
  return {
    messageId: message.id,
    editCount: message.edits.length,
    workflow: message.workflow_data,
    summaries: message.summaries,
    issues: message.issues,
    layout: message.layout as DrawnWorkflow["layout"],
  };
}

/** The message whose workflow the shown one started from; null: it was the first. */
function idBefore({ messages }: Branch, id: string | null): string | null {
  const shown = messages.find((message) => message.id === id) ?? null;
  if (shown === null || shown.parent_id === null) return null;
  if (shown.role === "edit") return shown.parent_id;
  return messages.find((message) => message.id === shown.parent_id)?.parent_id ?? null;
}

export function useDrawn(branch: Branch): Drawn {
  // An earlier question is shown with the turn that drew its diagram: that is a stop of the stepper, the question is none.
  const drawnId = branch.isEarlier
    ? (turnShown(branch.turns, branch.messages, branch.shownId) ?? branch.shownId)
    : branch.shownId;
  const shown = useMessage(drawnId);
  const beforeId = idBefore(branch, drawnId);
  const before = useMessage(beforeId);
  const drawnShown = useMemo(() => drawn(shown.data), [shown.data]);
  const drawnBefore = useMemo(() => drawn(before.data), [before.data]);
  const turns = useMemo(() => {
    const loaded = new Map(branch.messages.map((message) => [message.id, message]));
    return branch.turns.map((messageId, index): DiagramTurn => {
      const message = loaded.get(messageId);
      const role = message?.role === "edit" ? "edit" : "assistant";
      return { messageId, number: index + 1, role, edits: message?.edits };
    });
  }, [branch.turns, branch.messages]);
  return {
    shown: drawnShown,
    before: drawnBefore,
    beforePending: beforeId !== null && before.isPending,
    turns,
    streaming: shown.data?.status === "streaming",
    loading: branch.loading || (drawnId !== null && shown.isPending),
  };
}
