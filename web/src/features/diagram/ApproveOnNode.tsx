"use client";
/** Approve and reject, below the card of a step that asks for it. The first decision counts: someone else's is said, not overwritten. */
import { useState } from "react";
import type { StepView } from "@/model/run";
import { Button } from "@/ui/Button";
import { useCanvasActions } from "./canvas-actions";

export function ApproveOnNode({ step, label }: { step: StepView; label: string }) {
  const actions = useCanvasActions();
  const [sent, setSent] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const decide = (decision: "approved" | "rejected") => {
    setSent(true);
    setRefused(null);
    actions.decide({ node_id: step.node_id, path: step.path, decision, comment: "" }).catch((reason) => {
      setSent(false);
      setRefused(reason instanceof Error ? reason.message : String(reason));
    });
  };
  return (
    <fieldset
      aria-label={`Decide: ${label}`}
      className="nodrag nopan absolute top-full left-0 z-10 mt-1.5 flex w-full flex-wrap items-center gap-1 [&>button]:flex-1 rounded-lg border border-line bg-surface p-1 shadow-float"
    >
      <Button variant="line" size="sm" disabled={sent} onClick={() => decide("approved")}>
        Approve
      </Button>
      <Button variant="plain" size="sm" disabled={sent} onClick={() => decide("rejected")}>
        Reject
      </Button>
      {refused && (
        <p role="alert" className="w-full px-1 pb-0.5 text-sm text-pretty text-failed">
          {refused}
        </p>
      )}
    </fieldset>
  );
}
