/** Runs: the lists, one run followed live from its snapshot on, and what starts, decides and cancels them. */
import { type QueryClient, useInfiniteQuery, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import {
  applyRunEvents,
  type Decision,
  type Doubt,
  hasEnded,
  type RunEvent,
  type RunFrom,
  type RunOutput,
  type RunStatus,
  type RunSummary,
  type RunView,
  type StepPlace,
} from "@/model/run";
import type { JsonValue } from "@/model/workflow";
import { api, body } from "./client";
import { ApiError } from "./errors";
import { followStream } from "./sse";
import { asRun, asSteps } from "./wire";

export const runKeys = {
  all: ["runs"] as const,
  list: (chatId: string, state: RunStatus | "all") => [...runKeys.all, "list", chatId, { state }] as const,
  one: (id: string) => [...runKeys.all, "one", id] as const,
  answer: (id: string) => [...runKeys.all, "answer", id] as const,
};

export function useRuns(chatId: string | null, state: RunStatus | "all" = "all") {
  return useInfiniteQuery({
    queryKey: runKeys.list(chatId ?? "", state),
    queryFn: async ({ pageParam, signal }): Promise<{ items: RunSummary[]; next_cursor: string | null }> => {
      const query = { chat_id: chatId ?? "", state: state === "all" ? undefined : [state], cursor: pageParam };
      const page = await body(api.GET("/api/runs", { params: { query }, signal }));
      return { ...page, items: page.items as RunSummary[] };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    enabled: chatId !== null,
  });
}

/** The run with all its steps. Pages that are newer than the first are no harm: what came after it is folded in again. */
async function fetchRun(id: string, signal?: AbortSignal): Promise<RunView> {
  const path = { run_id: id };
  const run = asRun(await body(api.GET("/api/runs/{run_id}", { params: { path }, signal })));
  const steps = [...run.steps];
  for (let cursor = run.steps_cursor; cursor !== null; ) {
    const page = await body(api.GET("/api/runs/{run_id}/steps", { params: { path, query: { cursor } }, signal }));
    steps.push(...asSteps(page.items));
    cursor = page.next_cursor;
  }
  return { ...run, steps, steps_cursor: null };
}

/** What these runs answered in full, of which a list has only the beginning. */
export function useAnswers(ids: readonly string[]): ReadonlyMap<string, RunOutput | null> {
  return useQueries({
    queries: ids.map((id) => ({
      queryKey: runKeys.answer(id),
      queryFn: async ({ signal }: { signal: AbortSignal }): Promise<RunOutput | null> =>
        asRun(await body(api.GET("/api/runs/{run_id}", { params: { path: { run_id: id } }, signal }))).output,
      staleTime: Number.POSITIVE_INFINITY,
    })),
    combine: (answers) =>
      new Map(answers.flatMap(({ data }, index) => (data === undefined ? [] : [[ids[index] ?? "", data]]))),
  });
}

/** A run; while it lives, its events are folded in as they come. */
export function useRun(id: string | null) {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: runKeys.one(id ?? ""),
    queryFn: ({ signal }) => fetchRun(id ?? "", signal),
    enabled: id !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const living = query.data !== undefined && !hasEnded(query.data.status);
  useEffect(() => {
    if (id === null || !living) return;
    const abort = new AbortController();
    void followRun(client, id, abort.signal).catch(() => {
      // Aborted, or the run is gone: the next look at it asks the server.
    });
    return () => abort.abort();
  }, [client, id, living]);
  return query;
}

const FRAME_MS = 16;

async function followRun(client: QueryClient, id: string, signal: AbortSignal): Promise<void> {
  const start = client.getQueryData<RunView>(runKeys.one(id));
  if (!start) return;
  let pending: RunEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  const flush = () => {
    timer = null;
    const events = pending;
    pending = [];
    client.setQueryData<RunView>(runKeys.one(id), (run) => run && applyRunEvents(run, events));
  };
  const events = followStream(`/api/runs/${id}/events?after=${start.last_seq}`, {
    signal,
    isLast: (event) => ["run_done", "run_failed", "run_cancelled"].includes(event.event),
    lastId: String(start.last_seq),
  });
  for await (const event of events) {
    pending.push(JSON.parse(event.data) as RunEvent);
    timer ??= setTimeout(flush, FRAME_MS);
  }
  if (timer !== null) clearTimeout(timer);
  flush();
  await client.invalidateQueries({ queryKey: [...runKeys.all, "list"] });
  // What only the server counts, such as the cost.
  await client.invalidateQueries({ queryKey: runKeys.one(id) });
}

interface RunStart {
  messageId: string;
  /** With a run to start from, its input and trigger are taken where none is given. */
  input?: JsonValue;
  triggerId?: string | null;
  from?: RunFrom;
}

/** Starts a run of the workflow that a message left. */
export async function startRun(client: QueryClient, { messageId, input, triggerId, from }: RunStart): Promise<RunView> {
  const wanted = {
    ...{ message_id: messageId, input, trigger_id: triggerId },
    ...(from && { from_run: from.run, from_node: from.node, effects: from.effects }),
  };
  const run = asRun(await body(api.POST("/api/runs", { body: wanted as never })));
  client.setQueryData(runKeys.one(run.id), run);
  void client.invalidateQueries({ queryKey: [...runKeys.all, "list"] });
  return run;
}

/** The steps that a start would do a second time, which it was refused for; null: it failed otherwise. */
export function repeatsIn(error: unknown): (StepPlace & { label: string })[] | null {
  if (!(error instanceof ApiError) || error.code !== "effects_would_repeat") return null;
  return error.details.steps as (StepPlace & { label: string })[];
}

export async function cancelRun(id: string): Promise<void> {
  await api.POST("/api/runs/{run_id}/cancel", { params: { path: { run_id: id } } });
}

export async function pauseRun(id: string): Promise<void> {
  await api.POST("/api/runs/{run_id}/pause", { params: { path: { run_id: id } } });
}

/** Lets a paused run go on. */
export async function resumeRun(id: string): Promise<void> {
  await api.POST("/api/runs/{run_id}/resume", { params: { path: { run_id: id } } });
}

/** The first word on a step counts: someone else's is a refusal, and what they said is on its way. */
export async function settleDoubt(id: string, doubt: Doubt): Promise<void> {
  await api.POST("/api/runs/{run_id}/resume", { params: { path: { run_id: id } }, body: doubt });
}

export async function decideRun(id: string, decision: Decision): Promise<void> {
  await api.POST("/api/runs/{run_id}/approve", { params: { path: { run_id: id } }, body: decision });
}
