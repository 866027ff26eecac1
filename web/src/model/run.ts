/** A run as data: its steps as the server stores them, and folding one live event into them. Snapshot plus events equals a fresh one. */
import { inWords } from "./run-words";
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
  /** In dollars; null where no price is known. */
  cost?: number | null;
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

/** A step as the thing to blame, or to begin again from. */
export interface StepPlace {
  node_id: string;
  path: string;
}

export interface RunUsage {
  input_tokens: number;
  output_tokens: number;
  /** In US dollars; null: nobody said what the model costs. */
  cost: number | null;
}

/** A run as a list has it. */
export interface RunSummary {
  id: string;
  number: number;
  chat_id: string;
  message_id: string;
  trigger_id: string | null;
  status: RunStatus;
  paused: boolean;
  /** The run whose recorded steps it used, and the step from which on it executed; null: from the first failed one. */
  from_run_id: string | null;
  from_node_id: string | null;
  input_text: string;
  answer_text: string | null;
  /** No language model had a part in the answer; null: there is none yet. */
  built_in: boolean | null;
  error: Failure | null;
  failed: StepPlace | null;
  usage: RunUsage | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
}

export interface RunView extends RunSummary {
  input: JsonValue;
  output: RunOutput | null;
  /** All of them: the pages are put together where they are fetched. */
  steps: StepView[];
  /** Where the next page of steps begins; null: `steps` is all of them. */
  steps_cursor: string | null;
  last_seq: number;
}

/** How a run is begun from an earlier one: from what failed in it, or from one of its steps. */
export interface RunFrom {
  run: string;
  node: string | null;
  /** Steps with effects that were done already: ask about them, do them again, or keep what they gave then. */
  effects: "ask" | "repeat" | "keep";
}

/** What a person says of a step that was at work when the server stopped. */
export interface Doubt {
  node_id: string;
  path: string;
  choice: "repeat" | "done";
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
  | (OfStep & { kind: "step_in_doubt" })
  | (OfStep & ({ kind: "step_resumed" } & StepDecision))
  | (At & { kind: "run_paused" })
  | (At & { kind: "run_resumed" })
  | (At & { kind: "run_done"; output: RunOutput })
  | (At & { kind: "run_failed"; error: Failure; node_id: string | null; path: string | null })
  | (At & { kind: "run_cancelled" })
  | { kind: "step_text"; node_id: string; path: string; attempt: number; offset: number; text: string };

export function hasEnded(status: RunStatus): boolean {
  return status === "done" || status === "failed" || status === "cancelled";
}

export function applyRunEvent(run: RunView, event: RunEvent): RunView {
  return applyRunEvents(run, [event]);
}

/** Folds what came since the last frame: the steps are looked through once, not once for each event. */
export function applyRunEvents(run: RunView, events: readonly RunEvent[]): RunView {
  const draft = new Draft(run);
  for (const event of events) draft.apply(event);
  return draft.result();
}

class Draft {
  private run: RunView;
  private steps: StepView[] | null = null;
  private places: Map<string, number> | null = null;

  constructor(private readonly before: RunView) {
    this.run = before;
  }

  result(): RunView {
    if (this.run === this.before && this.steps === null) return this.before;
    return withStatus(this.steps === null ? this.run : { ...this.run, steps: this.steps });
  }

  apply(event: RunEvent): void {
    if (event.kind === "step_text") {
      this.write(event);
      return;
    }
    if (event.seq <= this.run.last_seq) return;
    const changes = this.changesBy(event);
    this.run = { ...this.run, ...changes, last_seq: event.seq };
  }

  private changesBy(event: Exclude<RunEvent, { kind: "step_text" }>): Partial<RunView> {
    switch (event.kind) {
      case "run_started": {
        const { trigger_id, input } = event;
        return { status: "running", trigger_id, input, input_text: inWords(input), started_at: event.at };
      }
      case "step_started":
        return this.put({ ...blank(event), source: event.source, input: event.input, started_at: event.at });
      case "step_done": {
        const { output, branch, usage } = event;
        this.change(event, { status: "done", output, branch, usage, finished_at: event.at });
        return { usage: usageWith(this.run.usage, this.known(event)) };
      }
      case "step_failed":
      case "step_stopped":
        return this.change(event, { status: "failed", error: event.error, finished_at: event.at });
      case "step_retrying": {
        const { error, retry_at } = event;
        return this.change(event, { status: "failed", error, retry_at, finished_at: event.at });
      }
      case "step_skipped":
        return this.put({ ...blank(event), status: "skipped", finished_at: event.at });
      case "step_waiting":
        return this.change(event, { status: "waiting", wait: event.wait });
      case "step_in_doubt":
        return this.change(event, { status: "in_doubt" });
      case "step_resumed": {
        const decision = { decision: event.decision, by: event.by, comment: event.comment };
        // What an attempt in doubt did stays in doubt for good; another follows it.
        if (event.decision === "repeat")
          return this.change(event, { decision, finished_at: event.at, retry_at: event.at });
        return this.change(event, { status: "running", decision });
      }
      case "run_paused":
        return { paused: true };
      case "run_resumed":
        return { paused: false };
      case "run_done": {
        const { output } = event;
        const told = { answer_text: inWords(output.value), built_in: output.built_in };
        return { ...told, status: "done", output, finished_at: event.at };
      }
      case "run_failed": {
        const { error, node_id, path } = event;
        const failed = node_id === null ? null : { node_id, path: path ?? "" };
        return { status: "failed", error, failed, finished_at: event.at };
      }
      case "run_cancelled":
        return { status: "cancelled", finished_at: event.at };
      default:
        return {}; // of a newer server
    }
  }

  private find(at: Attempt): number | undefined {
    this.places ??= new Map(this.run.steps.map((step, index) => [attemptKey(step), index]));
    return this.places.get(attemptKey(at));
  }

  private put(step: StepView): Partial<RunView> {
    const place = this.find(step);
    this.steps ??= [...this.run.steps];
    if (place === undefined) this.places?.set(attemptKey(step), this.steps.push(step) - 1);
    else this.steps[place] = step;
    return {};
  }

  private known(at: Attempt): StepView | undefined {
    const place = this.find(at);
    return place === undefined ? undefined : (this.steps ?? this.run.steps)[place];
  }

  private change(at: Attempt, changes: Partial<StepView>): Partial<RunView> {
    return this.put({ ...(this.known(at) ?? blank(at)), ...changes });
  }

  private write(event: Extract<RunEvent, { kind: "step_text" }>): void {
    const step = this.known(event);
    if (step?.status !== "running") return;
    const soFar = step.text ?? "";
    // After a re-attach the server sends the text from its beginning; a gap waits for it.
    if (event.offset > soFar.length) return;
    this.put({ ...step, text: soFar.slice(0, event.offset) + event.text });
  }
}

/** What was taken over from another run costs nothing again. */
function usageWith(before: RunUsage | null, step: StepView | undefined): RunUsage | null {
  if (!step?.usage || step.source === "recorded") return before;
  return {
    input_tokens: (before?.input_tokens ?? 0) + step.usage.input_tokens,
    output_tokens: (before?.output_tokens ?? 0) + step.usage.output_tokens,
    cost: step.usage.cost == null ? (before?.cost ?? null) : (before?.cost ?? 0) + step.usage.cost,
  };
}

type Attempt = Pick<StepView, "node_id" | "path" | "attempt">;

function attemptKey(step: Attempt): string {
  return `${step.node_id}@${step.path}#${step.attempt}`;
}

function blank(event: Attempt): StepView {
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

function withStatus(run: RunView): RunView {
  if (hasEnded(run.status) || run.started_at === null) return run;
  return { ...run, status: livingStatus(run.steps, run.paused) };
}

/** A run waits when nothing in it works and something holds it: a step, a doubt, or a person who paused it. A loop itself does no work. */
export function livingStatus(steps: readonly StepView[], paused: boolean): "running" | "waiting" {
  let held = paused;
  for (const step of newestAttempts(steps)) {
    if (step.status === "running" && !isLoopStep(step)) return "running";
    if (step.retry_at !== null && !paused) return "running";
    if (step.status === "waiting" || step.status === "in_doubt") held = true;
  }
  return held ? "waiting" : "running";
}

/** A loop's recorded input is its items and how they are taken. */
export function isLoopStep(step: StepView): boolean {
  const input = step.input;
  return (
    typeof input === "object" && input !== null && !Array.isArray(input) && "items" in input && "concurrency" in input
  );
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
