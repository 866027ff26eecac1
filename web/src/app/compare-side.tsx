"use client";
/** Two runs side by side, with what they need: both runs whole, and the diagrams they were started from. */
import { messageOf } from "@/api/errors";
import { useMessage } from "@/api/messages";
import { useRun } from "@/api/runs";
import { CompareDialog, type Side } from "@/features/runs/CompareDialog";
import type { RunSummary, StepPlace, StepView } from "@/model/run";
import { turnName } from "@/model/run-place";

interface Props {
  leftId: string;
  rightId: string;
  runs: readonly RunSummary[];
  onPick: (side: Side, runId: string) => void;
  onStep: (runId: string, messageId: string, step: StepPlace) => void;
  onClose: () => void;
}

export function CompareSide({ leftId, rightId, runs, onPick, onStep, onClose }: Props) {
  const found = { left: useRun(leftId), right: useRun(rightId) };
  const left = found.left.data ?? null;
  const right = found.right.data ?? null;
  const leftFlow = useMessage(left?.message_id ?? null).data?.workflow_data ?? null;
  const rightFlow = useMessage(right?.message_id ?? null).data?.workflow_data ?? null;
  const failed = found.left.error ?? found.right.error;
  const turnOf = (side: Side, place: StepPlace) => {
    const run = side === "left" ? left : right;
    return run ? turnName(place, run, side === "left" ? leftFlow : rightFlow) : "";
  };
  return (
    <CompareDialog
      left={left}
      right={right}
      runs={runs}
      workflows={[leftFlow, rightFlow]}
      error={failed === null ? null : messageOf(failed)}
      turnOf={turnOf}
      onPick={onPick}
      onStep={(side: Side, step: StepView) => {
        const run = side === "left" ? left : right;
        if (run) onStep(run.id, run.message_id, step);
      }}
      onClose={onClose}
    />
  );
}
