"use client";
/** Asked before a run does a second time what was done already: which steps, and whether to do them again or keep what they gave. */
import { useState } from "react";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";

export interface RepeatQuestionProps {
  /** Label and loop turn of each step. */
  steps: readonly { key: string; label: string; turn: string }[];
  onAnswer: (effects: "repeat" | "keep") => Promise<void>;
  onClose: () => void;
}

export function RepeatQuestion({ steps, onAnswer, onClose }: RepeatQuestionProps) {
  const [sending, setSending] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const answer = async (effects: "repeat" | "keep") => {
    setSending(true);
    setRefused(null);
    try {
      await onAnswer(effects);
    } catch (reason) {
      setRefused(reason instanceof Error ? reason.message : String(reason));
      setSending(false);
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      width="sm"
      title="This would be done again"
      description="These steps changed something outside when they were done before. Nothing has been started."
      footer={
        <>
          <Button variant="plain" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="line" disabled={sending} onClick={() => void answer("repeat")}>
            Do them again
          </Button>
          <Button variant="primary" disabled={sending} onClick={() => void answer("keep")}>
            Keep what was recorded
          </Button>
        </>
      }
    >
      <ul aria-label="Steps that would be done again" className="min-h-0 overflow-y-auto px-5 pb-4 text-md">
        {steps.map(({ key, label, turn }) => (
          <li key={key} className="flex min-h-7 items-center gap-2">
            <span className="truncate font-medium">{label}</span>
            <span className="num flex-none text-sm text-3">{turn}</span>
          </li>
        ))}
      </ul>
      {refused && (
        <p role="alert" className="px-5 pb-3 text-sm text-pretty text-failed">
          {refused}
        </p>
      )}
    </Dialog>
  );
}
