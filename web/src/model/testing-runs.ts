/** Runs and steps for tests, finished and plain unless said otherwise. */
import type { RunView, StepView } from "./run";

/** A moment of the first day of 2026, by milliseconds. */
export function at(ms: number): string {
  return new Date(Date.UTC(2026, 0, 1) + ms).toISOString();
}

export function makeStep(node_id: string, rest: Partial<StepView> = {}): StepView {
  return {
    node_id,
    path: "",
    attempt: 1,
    status: "done",
    source: "live",
    branch: null,
    input: null,
    output: {},
    error: null,
    wait: null,
    decision: null,
    usage: null,
    started_at: at(0),
    finished_at: at(100),
    retry_at: null,
    ...rest,
  };
}

export function makeRun(rest: Partial<RunView> = {}): RunView {
  return {
    id: "r1",
    number: 1,
    chat_id: "c1",
    message_id: "m1",
    trigger_id: null,
    status: "done",
    paused: false,
    from_run_id: null,
    from_node_id: null,
    input_text: "",
    answer_text: "",
    built_in: false,
    error: null,
    failed: null,
    usage: null,
    created_at: at(0),
    started_at: at(0),
    finished_at: at(100),
    input: null,
    output: null,
    steps: [],
    steps_cursor: null,
    last_seq: 0,
    ...rest,
  };
}
