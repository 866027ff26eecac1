/** How a run looks on the diagram: a state and one line for every node, a state for every edge. */
import { count, duration } from "./format";
import { comparePaths, hasEnded, newestAttempts, type RunView, type StepView } from "./run";
import type { JsonValue, WorkflowData } from "./workflow";

export type NodeState = "waiting" | "running" | "done" | "failed" | "skipped" | "recorded" | "in_doubt";

export interface NodeRunState {
  state: NodeState;
  /** Beside the glyph: "0.41 s", "3 passages", "Waiting". */
  text: string;
  /** The whole of a text that was shortened for the card. */
  whole?: string;
  /** A step that waits for a person's decision. */
  asks: StepView | null;
}

export type EdgeState = "idle" | "taken" | "running" | "quiet" | "recorded";

/** Nodes without a step yet wait while the run lives, and were not needed once it is over. Notes take no part. */
export function nodeStates(run: RunView, workflow: WorkflowData): Map<string, NodeRunState> {
  const byNode = new Map<string, StepView[]>();
  for (const step of newestAttempts(run.steps)) byNode.set(step.node_id, [...(byNode.get(step.node_id) ?? []), step]);
  const states = new Map<string, NodeRunState>();
  for (const node of workflow.nodes) {
    if (node.type === "note") continue;
    const steps = byNode.get(node.id) ?? [];
    states.set(node.id, steps.length === 0 ? without(run) : stateOf(steps, node.parent !== null, run));
  }
  return states;
}

function without(run: RunView): NodeRunState {
  return hasEnded(run.status)
    ? { state: "skipped", text: "Not reached", asks: null }
    : { state: "waiting", text: "Waiting", asks: null };
}

function stateOf(steps: readonly StepView[], inLoop: boolean, run: RunView): NodeRunState {
  const asks = steps.find((step) => step.status === "waiting" && step.wait?.for_person) ?? null;
  const live = steps.filter((step) => step.status === "running");
  const failed = steps.filter((step) => step.status === "failed");
  const done = steps.filter((step) => step.status === "done");
  const newest = [...steps].sort((a, b) => comparePaths(a.path, b.path)).at(-1);
  const times = inLoop && steps.length > 1 ? `${done.length} of ${steps.length}` : null;
  if (asks) return { state: "waiting", text: "Asks for approval", asks };
  if (failed.some((step) => step.retry_at !== null) && !hasEnded(run.status)) {
    return { state: "failed", text: "Tries again", asks: null };
  }
  if (live.length > 0) return { state: "running", text: times ?? liveText(live[0]), asks: null };
  if (steps.some((step) => step.status === "waiting")) return { state: "waiting", text: "Waits", asks: null };
  if (failed.length > 0) {
    const whole = failed[0]?.error?.message ?? "Failed";
    return { state: "failed", text: shortFailure(whole), whole, asks: null };
  }
  if (steps.some((step) => step.status === "in_doubt")) return { state: "in_doubt", text: "In doubt", asks: null };
  if (done.length === 0) return { state: "skipped", text: "Not needed", asks: null };
  const recorded = done.every((step) => step.source !== "live");
  const text = [times, newest ? resultText(newest) : null].filter((part) => part !== null).join(", ");
  return { state: recorded ? "recorded" : "done", text, asks: null };
}

/** "No search key is set up, so the web was not searched." on a card: "No search key". */
function shortFailure(message: string): string {
  const clause = message.split(/[.,:;](?:\s|$)/)[0] ?? message;
  return clause.replace(/^(No .+?) (?:is|are|was|were) .*$/, "$1");
}

function liveText(step: StepView | undefined): string {
  const words = step?.text?.trim().split(/\s+/).filter(Boolean).length ?? 0;
  return words > 0 ? `Writing, ${count(words, "word")}` : "Running";
}

/** What came out, in two words, where the output says so at a glance; otherwise how long it took. */
export function resultText(step: StepView): string {
  const output = step.output;
  if (typeof output === "object" && output !== null && !Array.isArray(output)) {
    if (Array.isArray(output.chunks)) return count(output.chunks.length, "passage");
    if (Array.isArray(output.results)) return count(output.results.length, "result");
    if (Array.isArray(output.rows)) return count(output.rows.length, "row");
    if (typeof output.message === "string" && Array.isArray(output.history)) return "1 message";
    if (typeof output.decision === "string") return output.decision;
    if (typeof output.result === "boolean") return String(output.result);
  }
  if (step.branch !== null && step.branch !== "") return step.branch;
  return tookText(step) ?? "Done";
}

export function tookText(step: StepView): string | null {
  if (!step.started_at || !step.finished_at) return null;
  const ms = Date.parse(step.finished_at) - Date.parse(step.started_at);
  // "0.00 s" says less than nothing.
  return ms < 5 ? null : duration(ms);
}

/** An edge is taken when its source ended and left by it; what leads to a skipped node is quiet. */
export function edgeStates(run: RunView, workflow: WorkflowData): Map<string, EdgeState> {
  const byNode = new Map<string, StepView[]>();
  for (const step of newestAttempts(run.steps)) byNode.set(step.node_id, [...(byNode.get(step.node_id) ?? []), step]);
  const over = hasEnded(run.status);
  const states = new Map<string, EdgeState>();
  for (const edge of workflow.edges) {
    const sources = byNode.get(edge.source) ?? [];
    const targets = byNode.get(edge.target) ?? [];
    const left = sources.filter((step) => leftBy(step, edge.source_handle));
    let state: EdgeState = "idle";
    if (left.length > 0) {
      const recorded = left.every((step) => step.source !== "live");
      state = targets.some((step) => step.status === "running") ? "running" : recorded ? "recorded" : "taken";
    } else if (sources.length > 0 && sources.every((step) => step.status === "skipped" || step.status === "done"))
      state = "quiet";
    else if (over && sources.length === 0) state = "quiet";
    states.set(edge.id, state);
  }
  return states;
}

/** A failed step that the run went past took its unnamed way out. */
function leftBy(step: StepView, handle: string | null): boolean {
  if (step.status === "done") return handle === null || step.branch === null || step.branch === handle;
  return step.status === "failed" && handle === null && step.retry_at === null;
}

/** One line for what started a run. */
export function inputLine(input: JsonValue): string {
  if (input === null) return "No input";
  if (typeof input === "string") return input === "" ? "No input" : input;
  if (typeof input !== "object") return String(input);
  if (!Array.isArray(input)) {
    for (const key of ["message", "question", "text", "body", "input"]) {
      const value = input[key];
      if (typeof value === "string" && value !== "") return value;
    }
    if (Object.keys(input).length === 0) return "No input";
  }
  return JSON.stringify(input);
}
