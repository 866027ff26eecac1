"use client";
/** The chat's runs as cards under the turns they were started from. */
import { useQueries, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { runKeys, runQuery, useRun, useRuns } from "@/api/runs";
import type { RunCardView } from "@/features/conversation";
import { hasEnded, type RunSummary, type RunView } from "@/model/run";
import type { JsonValue } from "@/model/workflow";

const NOTHING: ReadonlyMap<string, RunCardView[]> = new Map();

/** The newest runs are read whole, for their cards show all of the answer with its citations; older cards show its beginning. */
const WHOLE = 10;

export function askedIn(input: JsonValue): string {
  if (typeof input === "string") return input;
  if (input === null || typeof input !== "object" || Array.isArray(input)) return input === null ? "" : String(input);
  if (typeof input.message === "string") return input.message;
  const keys = Object.keys(input);
  return keys.length === 0 ? "" : JSON.stringify(input);
}

function textOf(value: JsonValue): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "object" && !Array.isArray(value) && typeof value.text === "string") return value.text;
  return `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;
}

function answerOf(run: RunSummary, whole: RunView | null): RunCardView["answer"] {
  if (whole?.output) {
    const { value, citations, built_in } = whole.output;
    return { text: textOf(value), citations, builtIn: built_in };
  }
  return run.answer_text ? { text: run.answer_text, citations: [], builtIn: run.built_in ?? false } : null;
}

export function cardOf(run: RunSummary, live: RunView | null): RunCardView {
  const now = live ?? run;
  const from = now.started_at === null ? null : Date.parse(now.started_at);
  const to = now.finished_at === null ? null : Date.parse(now.finished_at);
  const steps = (live?.steps ?? []).filter((step) => step.status !== "skipped" && step.path === "");
  return {
    id: now.id,
    number: now.number,
    messageId: now.message_id,
    status: now.status,
    asked: live ? askedIn(live.input) : run.input_text,
    segments: steps.map((step) => {
      if (step.status === "running" || step.status === "done" || step.status === "failed") return step.status;
      return "waiting";
    }),
    seconds: from !== null && to !== null ? (to - from) / 1000 : null,
    asksAt: live?.steps.find((step) => step.status === "waiting" && step.wait?.for_person)?.node_id ?? null,
    answer: answerOf(now, live),
    error: now.error?.message ?? null,
  };
}

function wholeRuns(results: readonly { data?: RunView }[]): ReadonlyMap<string, RunView> {
  return new Map(results.flatMap(({ data }) => (data ? [[data.id, data] as const] : [])));
}

export function useRunCards(chatId: string | null): ReadonlyMap<string, RunCardView[]> {
  const client = useQueryClient();
  const list = useRuns(chatId);
  const runs = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  // The newest run that lives is followed, so that its card moves also when the diagram shows another.
  const living = runs.find((run) => !hasEnded(run.status))?.id ?? null;
  const live = useRun(living).data ?? null;
  const answered = runs.filter((run) => run.status === "done").slice(0, WHOLE);
  const whole = useQueries({ queries: answered.map((run) => runQuery(run.id)), combine: wholeRuns });
  return useMemo(() => {
    if (runs.length === 0) return NOTHING;
    const cards = new Map<string, RunCardView[]>();
    for (const run of runs.toReversed()) {
      const cached =
        run.id === live?.id ? live : (whole.get(run.id) ?? client.getQueryData<RunView>(runKeys.one(run.id)) ?? null);
      const card = cardOf(run, cached);
      cards.set(card.messageId, [...(cards.get(card.messageId) ?? []), card]);
    }
    return cards;
  }, [client, runs, live, whole]);
}
