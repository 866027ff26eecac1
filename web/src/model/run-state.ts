/** How a run looks on the diagram: a state and one line for every node, a state for every edge. */
import { count, duration, number } from "./format";
import { comparePaths, hasEnded, isLoopStep, newestAttempts, type RunView, type StepView } from "./run";
import { inWords } from "./run-words";
import type { JsonValue, WorkflowData, WorkflowNode } from "./workflow";

export type NodeState = "waiting" | "running" | "done" | "failed" | "skipped" | "recorded" | "in_doubt";

export interface NodeRunState {
  state: NodeState;
  /** Beside the glyph: "0.41 s", "3 passages", "Waiting". */
  text: string;
  /** The whole of a text that was shortened for the card. */
  whole?: string;
  /** A step that waits for a person: for a decision, or to be told whether it happened. */
  asks: StepView | null;
}

export type EdgeState = "idle" | "taken" | "running" | "quiet" | "recorded";

/** Nodes without a step yet wait while the run lives, and were not needed once it is over. Notes take no part.
 * `fromNumber` is the number of the run whose recorded steps this one used, where it is known. */
export function nodeStates(
  run: RunView,
  workflow: WorkflowData,
  fromNumber: number | null = null,
): Map<string, NodeRunState> {
  const groups = byNode(run.steps);
  const turns = turnsOf(groups, workflow);
  const states = new Map<string, NodeRunState>();
  for (const node of workflow.nodes) {
    if (node.type === "note") continue;
    const group = groups.get(node.id);
    if (!group) states.set(node.id, without(run));
    else states.set(node.id, stateOf(group, { node, run, turns: turns.get(node.id) ?? null, fromNumber }));
  }
  return states;
}

function without(run: RunView): NodeRunState {
  if (hasEnded(run.status)) return { state: "skipped", text: "Not reached", asks: null };
  return { state: "waiting", text: run.paused ? "Paused" : "Waiting", asks: null };
}

/** A node's steps, each by its last attempt: how many there are of each kind, and the first or last of them by path. */
interface Group {
  total: number;
  done: number;
  executed: number;
  edited: number;
  asks: StepView | null;
  doubt: StepView | null;
  live: StepView | null;
  waits: boolean;
  retries: boolean;
  failed: StepView | null;
  newest: StepView;
  loop: StepView | null;
}

function byNode(steps: readonly StepView[]): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const step of newestAttempts(steps)) {
    let group = groups.get(step.node_id);
    if (!group) {
      group = {
        ...{ total: 0, done: 0, executed: 0, edited: 0, asks: null, doubt: null, live: null },
        ...{ waits: false, retries: false, failed: null, newest: step, loop: null },
      };
      groups.set(step.node_id, group);
    }
    addTo(group, step);
  }
  return groups;
}

function addTo(group: Group, step: StepView): void {
  group.total += 1;
  if (comparePaths(step.path, group.newest.path) > 0) group.newest = step;
  const first = (known: StepView | null) => (known && comparePaths(known.path, step.path) < 0 ? known : step);
  switch (step.status) {
    case "done":
      group.done += 1;
      if (step.source !== "recorded") group.executed += 1;
      if (step.source === "edited") group.edited += 1;
      break;
    case "running":
      group.live = first(group.live);
      if (isLoopStep(step)) group.loop = group.live;
      break;
    case "failed":
      group.failed = first(group.failed);
      if (step.retry_at !== null) group.retries = true;
      break;
    case "waiting":
      group.waits = true;
      if (step.wait?.for_person) group.asks = first(group.asks);
      break;
    case "in_doubt":
      // Someone answered already: it is done again in a moment.
      if (step.retry_at !== null) group.retries = true;
      else group.doubt = first(group.doubt);
      break;
  }
}

interface Turns {
  /** How many turns the loop takes, and for the loop itself how many of them are over or under way. */
  of: number;
  begun: number;
}

/** For a loop under way and what is in it: how many turns there are. Loops in loops count together. */
function turnsOf(groups: ReadonlyMap<string, Group>, workflow: WorkflowData): Map<string, Turns> {
  const turns = new Map<string, Turns>();
  for (const node of workflow.nodes) {
    const loop = groups.get(node.id)?.loop;
    const input = loop?.input;
    if (!loop || typeof input !== "object" || input === null || Array.isArray(input)) continue;
    const items = Array.isArray(input.items) ? input.items.length : 0;
    const size = typeof input.batch_size === "number" && input.batch_size > 0 ? input.batch_size : 1;
    const body = workflow.nodes.filter((other) => other.parent === node.id);
    const of = Math.ceil(items / size);
    const begun = Math.max(0, ...body.map((other) => groups.get(other.id)?.total ?? 0));
    turns.set(node.id, { of, begun });
    if (loop.path === "") for (const other of body) turns.set(other.id, { of, begun });
  }
  return turns;
}

interface Around {
  node: WorkflowNode;
  run: RunView;
  turns: Turns | null;
  fromNumber: number | null;
}

function stateOf(group: Group, { node, run, turns, fromNumber }: Around): NodeRunState {
  const inLoop = node.parent !== null;
  const total = Math.max(group.total, inLoop ? (turns?.of ?? 0) : 0);
  const times = inLoop && total > 1 ? `${number(group.done)} of ${number(total)}` : null;
  const text = (...parts: (string | null)[]) => parts.filter((part) => part !== null && part !== "").join(", ");
  if (group.doubt) return { state: "in_doubt", text: "Did it happen?", asks: group.doubt };
  if (group.asks) return { state: "waiting", text: text(times, "Asks for approval"), asks: group.asks };
  if (group.retries && !hasEnded(run.status)) return { state: "failed", text: text(times, "Tries again"), asks: null };
  if (group.live) {
    const turn = turns && group.loop ? `${number(Math.min(turns.begun, turns.of))} of ${number(turns.of)}` : null;
    return { state: "running", text: turn ?? times ?? liveText(group.live), asks: null };
  }
  if (group.waits) return { state: "waiting", text: text(times, "Waits"), asks: null };
  if (group.failed) {
    const whole = group.failed.error?.message ?? "Failed";
    return { state: "failed", text: text(times, shortFailure(whole)), whole, asks: null };
  }
  if (group.done === 0) return { state: "skipped", text: "Not needed", asks: null };
  const result = resultText(group.newest);
  if (group.executed === 0) {
    const from = fromNumber === null ? "Recorded" : `From run ${fromNumber}`;
    const said = times ? `${times}, recorded` : saysMore(group.newest) ? result : from;
    return { state: "recorded", text: said, asks: null };
  }
  // Of many, some were executed and others taken from an earlier run.
  const recorded = group.done - group.executed;
  if (recorded > 0 && group.done === total)
    return { state: "done", text: `${number(recorded)} of ${number(total)} recorded`, asks: null };
  if (group.edited > 0) return { state: "done", text: times ? `${times}, edited` : `Edited, ${result}`, asks: null };
  return { state: "done", text: text(times, result), asks: null };
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

/** Its result can be told in two words. */
function saysMore(step: StepView): boolean {
  return resultOf(step) !== null;
}

/** What came out, in two words, where the output says so at a glance; otherwise how long it took. */
export function resultText(step: StepView): string {
  return resultOf(step) ?? tookText(step) ?? "Done";
}

function resultOf(step: StepView): string | null {
  const output = step.output;
  if (typeof output === "object" && output !== null && !Array.isArray(output)) {
    if (Array.isArray(output.chunks)) return count(output.chunks.length, "passage");
    if (Array.isArray(output.results)) return count(output.results.length, "result");
    if (Array.isArray(output.rows)) return count(output.rows.length, "row");
    if (typeof output.message === "string" && Array.isArray(output.history)) return "1 message";
    if (typeof output.decision === "string") return output.decision;
    if (typeof output.result === "boolean") return String(output.result);
  }
  return step.branch === "" ? null : step.branch;
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
  for (const step of newestAttempts(run.steps)) {
    const steps = byNode.get(step.node_id);
    if (steps) steps.push(step);
    else byNode.set(step.node_id, [step]);
  }
  const over = hasEnded(run.status);
  const states = new Map<string, EdgeState>();
  for (const edge of workflow.edges) {
    const sources = byNode.get(edge.source) ?? [];
    const targets = byNode.get(edge.target) ?? [];
    const begun = targets.some((step) => step.status !== "skipped");
    const left = sources.filter((step) => leftBy(step, edge.source_handle, begun));
    let state: EdgeState = "idle";
    if (left.length > 0) {
      const recorded = left.every((step) => step.source === "recorded");
      state = targets.some((step) => step.status === "running") ? "running" : recorded ? "recorded" : "taken";
    } else if (sources.length > 0 && sources.every((step) => step.status === "skipped" || step.status === "done"))
      state = "quiet";
    else if (over && sources.length === 0) state = "quiet";
    states.set(edge.id, state);
  }
  return states;
}

/** A failed step that the run went past took its unnamed way out. */
function leftBy(step: StepView, handle: string | null, begun: boolean): boolean {
  if (step.status === "done") return handle === null || step.branch === null || step.branch === handle;
  return begun && step.status === "failed" && handle === null && step.retry_at === null;
}

/** One line for what started a run. */
export function inputLine(input: JsonValue): string {
  return inWords(input) || "No input";
}
