"use client";
/** Nobody knows whether a step happened: a person says so, or stops the run. */
import { useState } from "react";
import type { Doubt, StepView } from "@/model/run";
import { Button } from "@/ui/Button";

interface Props {
  step: StepView;
  label: string;
  onSettle: (doubt: Doubt) => Promise<void>;
  onStop: () => Promise<void>;
}

export function DoubtForm({ step, label, onSettle, onStop }: Props) {
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const send = async (word: () => Promise<void>) => {
    setSending(true);
    setError(null);
    try {
      await word();
    } catch (reason) {
      setError(reason instanceof Error ? reason.message : String(reason));
      setSending(false);
    }
  };
  const settle = (choice: Doubt["choice"]) => send(() => onSettle({ node_id: step.node_id, path: step.path, choice }));
  return (
    <fieldset aria-label={`In doubt: ${label}`} className="grid min-w-0 gap-1.5">
      <p className="mb-1 text-pretty text-1">
        The server stopped while <b className="font-medium">{label}</b> was at work. Did it happen?
      </p>
      {error && (
        <p role="alert" className="text-pretty text-failed">
          {error}
        </p>
      )}
      <Button variant="line" size="sm" disabled={sending} onClick={() => void settle("repeat")}>
        Do it again
      </Button>
      <Button variant="line" size="sm" disabled={sending} onClick={() => void settle("done")}>
        It happened, go on
      </Button>
      <Button variant="plain" size="sm" disabled={sending} onClick={() => void send(onStop)}>
        Stop the run
      </Button>
    </fieldset>
  );
}
