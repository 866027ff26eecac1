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
        {byLabel(steps).map(([label, turns]) => (
          <li key={label} className="py-1">
            <span className="font-medium">{label}</span>
            <span className="num block text-sm text-pretty text-3">{turns}</span>
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

const NAMED = 3;

/** Each step once, with the turns of its loop: the first few by name. */
function byLabel(steps: RepeatQuestionProps["steps"]): [label: string, turns: string][] {
  const turns = new Map<string, string[]>();
  for (const { label, turn } of steps) turns.set(label, [...(turns.get(label) ?? []), turn]);
  return [...turns].map(([label, all]) => {
    const more = all.length > NAMED ? ` and ${all.length - NAMED} more` : "";
    return [label, `${all.slice(0, NAMED).filter(Boolean).join(", ")}${more}`];
  });
}
