"use client";
/** A person's decision on a waiting step, with a comment. */
import { useState } from "react";
import type { Decision, StepView } from "@/model/run";
import { Button } from "@/ui/Button";
import { Field, TextArea } from "@/ui/Field";

export function ApproveForm({ step, onDecide }: { step: StepView; onDecide: (decision: Decision) => Promise<void> }) {
  const [comment, setComment] = useState("");
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const decide = async (decision: "approved" | "rejected") => {
    setSending(true);
    setError(null);
    try {
      await onDecide({ node_id: step.node_id, path: step.path, decision, comment });
    } catch (reason) {
      setError(reason instanceof Error ? reason.message : String(reason));
      setSending(false);
    }
  };
  return (
    <div className="mb-4 rounded-lg border border-line bg-inset p-3">
      {step.wait?.message && <p className="mb-3 text-md text-pretty text-1">{step.wait.message}</p>}
      <Field label="Comment" aside="Optional" error={error}>
        {(ids) => <TextArea {...ids} rows={2} value={comment} onChange={(event) => setComment(event.target.value)} />}
      </Field>
      <div className="mt-3 flex gap-2">
        <Button variant="line" disabled={sending} onClick={() => decide("approved")} className="flex-1">
          Approve
        </Button>
        <Button variant="line" disabled={sending} onClick={() => decide("rejected")} className="flex-1">
          Reject
        </Button>
      </div>
    </div>
  );
}
