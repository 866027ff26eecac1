"use client";
/** The chat's runs as cards under the turns they were started from. */
import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { type RunItem, runKeys, useRun, useRuns } from "@/api/runs";
import type { RunCardView } from "@/features/conversation";
import { hasEnded, type RunView } from "@/model/run";
import type { JsonValue } from "@/model/workflow";

const NOTHING: ReadonlyMap<string, RunCardView[]> = new Map();

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

export function cardOf(run: RunItem, live: RunView | null): RunCardView {
  const now = live ?? run;
  const from = now.started_at === null ? null : Date.parse(now.started_at);
  const to = now.finished_at === null ? null : Date.parse(now.finished_at);
  const steps = (live?.steps ?? []).filter((step) => step.status !== "skipped" && step.path === "");
  return {
    id: now.id,
    number: now.number,
    messageId: now.message_id,
    status: now.status,
    asked: askedIn(now.input),
    segments: steps.map((step) => {
      if (step.status === "running" || step.status === "done" || step.status === "failed") return step.status;
      return "waiting";
    }),
    seconds: from !== null && to !== null ? (to - from) / 1000 : null,
    asksAt: live?.steps.find((step) => step.status === "waiting" && step.wait?.for_person)?.node_id ?? null,
    answer: now.output
      ? { text: textOf(now.output.value), citations: now.output.citations, builtIn: now.output.built_in }
      : null,
    error: now.error?.message ?? null,
  };
}

export function useRunCards(chatId: string | null): ReadonlyMap<string, RunCardView[]> {
  const client = useQueryClient();
  const list = useRuns(chatId);
  const runs = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  // The newest run that lives is followed, so that its card moves also when the diagram shows another.
  const living = runs.find((run) => !hasEnded(run.status))?.id ?? null;
  const live = useRun(living).data ?? null;
  return useMemo(() => {
    if (runs.length === 0) return NOTHING;
    const cards = new Map<string, RunCardView[]>();
    for (const run of runs.toReversed()) {
      const cached = run.id === live?.id ? live : (client.getQueryData<RunView>(runKeys.one(run.id)) ?? null);
      const card = cardOf(run, cached);
      cards.set(card.messageId, [...(cards.get(card.messageId) ?? []), card]);
    }
    return cards;
  }, [client, runs, live]);
}
