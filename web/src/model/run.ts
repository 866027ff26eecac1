/** A run as data: its steps as the server stores them, and folding one live event into them. Snapshot plus events equals a fresh one. */
import type { JsonValue } from "./workflow";

export type RunStatus = "queued" | "running" | "waiting" | "done" | "failed" | "cancelled";
export type StepStatus = "running" | "done" | "failed" | "skipped" | "waiting" | "in_doubt";
export type StepSource = "live" | "recorded" | "edited";

export interface Failure {
  error: string;
  message: string;
}

export interface StepUsage {
  model: string;
  input_tokens: number;
  output_tokens: number;
}

export interface StepWait {
  until: string | null;
  for_person: boolean;
  message: string;
}

export interface StepDecision {
  decision: string;
  by: string;
  comment: string;
}

/** One attempt of one step. */
export interface StepView {
  node_id: string;
  /** "" outside loops, "2.0" for the third turn of a loop and the first of one inside it. */
  path: string;
  attempt: number;
  status: StepStatus;
  source: StepSource;
  branch: string | null;
  input: JsonValue;
  output: JsonValue;
  error: Failure | null;
  wait: StepWait | null;
  decision: StepDecision | null;
  usage: StepUsage | null;
  started_at: string | null;
  finished_at: string | null;
  retry_at: string | null;
  /** What it has written so far, while it writes. */
  text?: string;
}

export interface RunOutput {
  value: JsonValue;
  citations: RunCitation[];
  built_in: boolean;
}

export interface RunCitation {
  marker: number;
  chunk_id: string;
  document_id: string;
  document: string;
  page: number;
  start: number;
  end: number;
}

export interface RunView {
  id: string;
  number: number;
  message_id: string;
  status: RunStatus;
  input: JsonValue;
  output: RunOutput | null;
  error: Failure | null;
  steps: StepView[];
  last_seq: number;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
}

/** What a person answers to a step that waits for one. */
export interface Decision {
  node_id: string;
  path: string;
  decision: "approved" | "rejected";
  comment: string;
}

interface At {
  seq: number;
  at: string;
}
interface OfStep extends At {
  node_id: string;
  path: string;
  attempt: number;
}

export type RunEvent =
  | (At & { kind: "run_started"; trigger_id: string | null; input: JsonValue })
  | (OfStep & { kind: "step_started"; source: StepSource; input: JsonValue })
  | (OfStep & { kind: "step_done"; output: JsonValue; branch: string | null; usage: StepUsage | null })
  | (OfStep & { kind: "step_failed"; error: Failure; continued: boolean })
  | (OfStep & { kind: "step_retrying"; error: Failure; retry_at: string })
  | (OfStep & { kind: "step_skipped" })
  | (OfStep & { kind: "step_stopped"; error: Failure })
  | (OfStep & { kind: "step_waiting"; wait: StepWait })
  | (OfStep & ({ kind: "step_resumed" } & StepDecision))
  | (At & { kind: "run_done"; output: RunOutput })
  | (At & { kind: "run_failed"; error: Failure; node_id: string | null; path: string | null })
  | (At & { kind: "run_cancelled" })
  | { kind: "step_text"; node_id: string; path: string; attempt: number; offset: number; text: string };

export function hasEnded(status: RunStatus): boolean {
  return status === "done" || status === "failed" || status === "cancelled";
}

export function applyRunEvent(run: RunView, event: RunEvent): RunView {
  if (event.kind === "step_text") return withText(run, event);
  if (event.seq <= run.last_seq) return run;
  const next = { ...run, last_seq: event.seq };
  switch (event.kind) {
    case "run_started":
      return { ...next, status: "running", input: event.input, started_at: event.at };
    case "step_started":
      return withStatus(put(next, { ...blank(event), source: event.source, input: event.input, started_at: event.at }));
    case "step_done": {
      const { output, branch, usage } = event;
      return withStatus(change(next, event, { status: "done", output, branch, usage, finished_at: event.at }));
    }
    case "step_failed":
    case "step_stopped":
      return withStatus(change(next, event, { status: "failed", error: event.error, finished_at: event.at }));
    case "step_retrying": {
      const { error, retry_at } = event;
      return withStatus(change(next, event, { status: "failed", error, retry_at, finished_at: event.at }));
    }
    case "step_skipped":
      return withStatus(put(next, { ...blank(event), status: "skipped", finished_at: event.at }));
    case "step_waiting":
      return withStatus(change(next, event, { status: "waiting", wait: event.wait }));
    case "step_resumed": {
      const decision = { decision: event.decision, by: event.by, comment: event.comment };
      return withStatus(change(next, event, { status: "running", decision }));
    }
    case "run_done":
      return { ...next, status: "done", output: event.output, finished_at: event.at };
    case "run_failed":
      return { ...next, status: "failed", error: event.error, finished_at: event.at };
    case "run_cancelled":
      return { ...next, status: "cancelled", finished_at: event.at };
  }
}

function blank(event: { node_id: string; path: string; attempt: number }): StepView {
  return {
    node_id: event.node_id,
    path: event.path,
    attempt: event.attempt,
    status: "running",
    source: "live",
    branch: null,
    input: null,
    output: null,
    error: null,
    wait: null,
    decision: null,
    usage: null,
    started_at: null,
    finished_at: null,
    retry_at: null,
  };
}

function isSame(step: StepView, other: { node_id: string; path: string; attempt: number }): boolean {
  return step.node_id === other.node_id && step.path === other.path && step.attempt === other.attempt;
}

function put(run: RunView, step: StepView): RunView {
  const known = run.steps.some((other) => isSame(other, step));
  return {
    ...run,
    steps: known ? run.steps.map((other) => (isSame(other, step) ? step : other)) : [...run.steps, step],
  };
}

function change(run: RunView, at: OfStep, changes: Partial<StepView>): RunView {
  return put(run, { ...(run.steps.find((step) => isSame(step, at)) ?? blank(at)), ...changes });
}

/** A run waits when nothing in it works and something waits. A loop itself does no work. */
function withStatus(run: RunView): RunView {
  if (hasEnded(run.status)) return run;
  const steps = newestAttempts(run.steps);
  const retrying = steps.some((step) => step.retry_at !== null);
  const working = steps.some((step) => step.status === "running" && !isLoopStep(step));
  const waiting = steps.some((step) => step.status === "waiting");
  return { ...run, status: waiting && !working && !retrying ? "waiting" : "running" };
}

/** A loop's recorded input is its items and how they are taken. */
export function isLoopStep(step: StepView): boolean {
  const input = step.input;
  return (
    typeof input === "object" && input !== null && !Array.isArray(input) && "items" in input && "concurrency" in input
  );
}

function withText(run: RunView, event: Extract<RunEvent, { kind: "step_text" }>): RunView {
  const step = run.steps.find((other) => isSame(other, event));
  if (step?.status !== "running") return run;
  const soFar = step.text ?? "";
  // After a re-attach the server sends the text from its beginning; a gap waits for it.
  if (event.offset > soFar.length) return run;
  return put(run, { ...step, text: soFar.slice(0, event.offset) + event.text });
}

/** Each step once, by its last attempt, in the order in which they first came. */
export function newestAttempts(steps: readonly StepView[]): StepView[] {
  const newest = new Map<string, StepView>();
  for (const step of steps) {
    const key = `${step.node_id}@${step.path}`;
    const known = newest.get(key);
    if (!known || step.attempt >= known.attempt) newest.set(key, step);
  }
  return [...newest.values()];
}

/** Attempts of one node, in order of path and attempt. */
export function stepsOf(run: RunView | null, nodeId: string): StepView[] {
  return (run?.steps ?? [])
    .filter((step) => step.node_id === nodeId)
    .sort((a, b) => comparePaths(a.path, b.path) || a.attempt - b.attempt);
}

export function comparePaths(a: string, b: string): number {
  const left = a === "" ? [] : a.split(".").map(Number);
  const right = b === "" ? [] : b.split(".").map(Number);
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? -1) - (right[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}
