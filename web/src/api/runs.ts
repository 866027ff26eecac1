/** Runs: the lists, one run followed live from its snapshot on, and what starts, decides and cancels them. */
import { type QueryClient, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import {
  applyRunEvents,
  type Decision,
  hasEnded,
  type RunEvent,
  type RunStatus,
  type RunSummary,
  type RunView,
  type StepView,
} from "@/model/run";
import type { JsonValue } from "@/model/workflow";
import { api, body } from "./client";
import { followStream } from "./sse";
import { asRun } from "./wire";

export const runKeys = {
  all: ["runs"] as const,
  list: (chatId: string, state: RunStatus | "all") => [...runKeys.all, "list", chatId, { state }] as const,
  one: (id: string) => [...runKeys.all, "one", id] as const,
  events: (id: string) => [...runKeys.all, "events", id] as const,
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

/** The run with all of its steps. Pages that are read later may be ahead of the first: the events after it lead all to the same. */
async function fetchRun(id: string, signal?: AbortSignal): Promise<RunView> {
  const path = { run_id: id };
  const run = asRun(await body(api.GET("/api/runs/{run_id}", { params: { path }, signal })));
  const steps = [...run.steps];
  for (let cursor = run.steps_cursor; cursor !== null; ) {
    const page = await body(api.GET("/api/runs/{run_id}/steps", { params: { path, query: { cursor } }, signal }));
    steps.push(...(page.items as StepView[]));
    cursor = page.next_cursor;
  }
  return { ...run, steps, steps_cursor: null };
}

/** For `useQuery` and `useQueries`: a run that has ended is asked for once. */
export function runQuery(id: string) {
  return {
    queryKey: runKeys.one(id),
    queryFn: ({ signal }: { signal: AbortSignal }) => fetchRun(id, signal),
    staleTime: Number.POSITIVE_INFINITY,
  };
}

/** A run; while it lives, its events are folded in as they come. */
export function useRun(id: string | null) {
  const client = useQueryClient();
  const query = useQuery({ ...runQuery(id ?? ""), enabled: id !== null });
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
}

/** Starts a run of the workflow that a message left. */
export async function startRun(
  client: QueryClient,
  messageId: string,
  input: JsonValue,
  triggerId: string | null = null,
): Promise<RunView> {
  const wire = await body(
    api.POST("/api/runs", { body: { message_id: messageId, input, trigger_id: triggerId, effects: "ask" } }),
  );
  const run = asRun(wire);
  client.setQueryData(runKeys.one(run.id), run);
  void client.invalidateQueries({ queryKey: [...runKeys.all, "list"] });
  return run;
}

export async function cancelRun(id: string): Promise<void> {
  await api.POST("/api/runs/{run_id}/cancel", { params: { path: { run_id: id } } });
}

export async function decideRun(id: string, decision: Decision): Promise<void> {
  await api.POST("/api/runs/{run_id}/approve", { params: { path: { run_id: id } }, body: decision });
}

/** The whole journal of a run, which a replay plays. */
export function useRunEvents(id: string | null) {
  return useQuery({
    queryKey: runKeys.events(id ?? ""),
    queryFn: async ({ signal }): Promise<RunEvent[]> => {
      const events: RunEvent[] = [];
      let after: number | undefined;
      for (;;) {
        const page = await body(
          api.GET("/api/runs/{run_id}/events", {
            params: { path: { run_id: id ?? "" }, query: { after } },
            headers: { Accept: "application/json" },
            signal,
          }),
        );
        // The path answers a page or a stream; asked for JSON it is a page.
        if (!("items" in page)) return events;
        events.push(...(page.items as RunEvent[]));
        if (page.next_cursor === null) return events;
        after = Number(page.next_cursor);
      }
    },
    enabled: id !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
