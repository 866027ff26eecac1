"use client";
/** A step that was at work when the server stopped: whether it happened is asked below its card. */
import type { StepView } from "@/model/run";
import { useCanvasActions } from "./canvas-actions";
import { DoubtForm } from "./panel/DoubtForm";

export function DoubtOnNode({ step, label }: { step: StepView; label: string }) {
  const actions = useCanvasActions();
  return (
    <div className="nodrag nopan absolute top-full left-0 z-10 mt-1.5 w-[232px] cursor-default rounded-lg border border-line bg-surface p-2.5 text-sm shadow-float">
      <DoubtForm step={step} label={label} onSettle={actions.settle} onStop={actions.stopRun} />
    </div>
  );
}
