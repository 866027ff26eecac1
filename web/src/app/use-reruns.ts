"use client";
/** Starting runs, new ones and from earlier ones: on which diagram, with what taken over, and the question before something is done twice. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { ApiError, messageOf } from "@/api/errors";
import { repeatsIn, startRun } from "@/api/runs";
import type { RunFrom, RunSummary, StepPlace } from "@/model/run";
import type { JsonValue } from "@/model/workflow";

interface Wanted {
  messageId: string;
  /** Taken where the first diagram does not know the step any more. */
  orElse: string | null;
  from: Omit<RunFrom, "effects">;
}

export interface Repeats {
  steps: (StepPlace & { label: string })[];
  answer: (effects: "repeat" | "keep") => Promise<void>;
  dismiss: () => void;
}

export function useReruns(onStarted: (runId: string) => void) {
  const client = useQueryClient();
  const [asked, setAsked] = useState<{ wanted: Wanted; steps: Repeats["steps"] } | null>(null);

  const begin = useCallback(
    async (messageId: string, input: JsonValue, triggerId: string | null) => {
      try {
        const started = await startRun(client, { messageId, input, triggerId });
        onStarted(started.id);
      } catch (error) {
        throw new Error(messageOf(error));
      }
    },
    [client, onStarted],
  );

  const rerun = useCallback(
    async (wanted: Wanted, effects: RunFrom["effects"]): Promise<void> => {
      const from = { ...wanted.from, effects };
      try {
        const started = await startRun(client, { messageId: wanted.messageId, from });
        setAsked(null);
        onStarted(started.id);
      } catch (error) {
        const steps = repeatsIn(error);
        if (steps !== null) setAsked({ wanted, steps });
        else if (wanted.orElse !== null && error instanceof ApiError && error.code === "unknown_node")
          await rerun({ ...wanted, messageId: wanted.orElse, orElse: null }, effects);
        else throw new Error(messageOf(error));
      }
    },
    [client, onStarted],
  );

  /** Keeps what was done in a run and executes the rest, or from `node` on everything; rejects with an Error for the person. */
  const runFrom = useCallback(
    (run: RunSummary, node: string | null, newestId: string) =>
      rerun({ messageId: newestId, orElse: run.message_id, from: { run: run.id, node } }, "ask"),
    [rerun],
  );

  const dismiss = useCallback(() => setAsked(null), []);
  const repeats: Repeats | null = asked && {
    steps: asked.steps,
    answer: (effects) => rerun(asked.wanted, effects),
    dismiss,
  };
  return { begin, runFrom, repeats };
}
