"use client";
/** The chat's runs as cards under the turns they were started from. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { runKeys, useAnswers, useRun, useRuns } from "@/api/runs";
import type { RunCardView } from "@/features/conversation";
import { hasEnded, type RunOutput, type RunSummary, type RunView } from "@/model/run";
import type { JsonValue } from "@/model/workflow";

const NOTHING: ReadonlyMap<string, RunCardView[]> = new Map();

function textOf(value: JsonValue): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "object" && !Array.isArray(value) && typeof value.text === "string") return value.text;
  return `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;
}

export function cardOf(run: RunSummary, live: RunView | null, answer: RunOutput | null): RunCardView {
  const now = live ?? run;
  const output = live?.output ?? answer;
  const from = now.started_at === null ? null : Date.parse(now.started_at);
  const to = now.finished_at === null ? null : Date.parse(now.finished_at);
  const steps = (live?.steps ?? []).filter((step) => step.status !== "skipped" && step.path === "");
  const asks = live?.steps.find(
    (step) => step.status === "in_doubt" || (step.status === "waiting" && step.wait?.for_person),
  );
  return {
    id: now.id,
    number: now.number,
    messageId: now.message_id,
    status: now.status,
    paused: now.paused,
    asked: now.input_text,
    segments: steps.map((step) => {
      if (step.status === "running" || step.status === "done" || step.status === "failed") return step.status;
      return "waiting";
    }),
    seconds: from !== null && to !== null ? (to - from) / 1000 : null,
    asksAt: asks?.node_id ?? null,
    answer: output
      ? { text: textOf(output.value), citations: output.citations, builtIn: output.built_in }
      : now.answer_text === null || now.answer_text === ""
        ? null
        : { text: now.answer_text, citations: [], builtIn: now.built_in ?? false },
    error: now.error?.message ?? null,
  };
}

export function useRunCards(chatId: string | null) {
  const client = useQueryClient();
  const list = useRuns(chatId);
  const runs = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  // The newest run that lives is followed, so that its card moves also when the diagram shows another.
  const living = runs.find((run) => !hasEnded(run.status))?.id ?? null;
  const live = useRun(living).data ?? null;
  // The list has the beginnings of the answers; those on the screen are fetched whole.
  const [seen, setSeen] = useState<readonly string[]>([]);
  const answers = useAnswers(seen);
  const onSeen = useCallback((id: string) => setSeen((ids) => (ids.includes(id) ? ids : [...ids, id])), []);
  const cards = useMemo(() => {
    if (runs.length === 0) return NOTHING;
    const cards = new Map<string, RunCardView[]>();
    for (const run of runs.toReversed()) {
      const cached = run.id === live?.id ? live : (client.getQueryData<RunView>(runKeys.one(run.id)) ?? null);
      const card = cardOf(run, cached, answers.get(run.id) ?? null);
      cards.set(card.messageId, [...(cards.get(card.messageId) ?? []), card]);
    }
    return cards;
  }, [client, runs, live, answers]);
  return { cards, onSeen };
}
