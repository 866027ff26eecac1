import { describe, expect, it } from "vitest";
import { clock, count, duration, seconds } from "./format";
import { runAt, timelineOf } from "./replay";
import { applyRunEvent, comparePaths, newestAttempts, type RunEvent, type RunView, stepsOf } from "./run";
import { edgeStates, inputLine, nodeStates } from "./run-state";
import { makeEdge, makeNode, type WorkflowData } from "./workflow";

const queued: RunView = {
  id: "r1",
  number: 1,
  message_id: "m1",
  status: "queued",
  input: null,
  output: null,
  error: null,
  steps: [],
  last_seq: 0,
  created_at: at(0),
  started_at: null,
  finished_at: null,
};

function at(ms: number): string {
  return new Date(Date.UTC(2026, 0, 1) + ms).toISOString();
}

const step = { path: "", attempt: 1 };
const usage = { model: "built-in", input_tokens: 0, output_tokens: 0 };

/** ask → find (fails once, then works) → enough? → write / ask a person */
const journal: RunEvent[] = [
  { kind: "run_started", seq: 1, at: at(0), trigger_id: "ask", input: { message: "Why?" } },
  { kind: "step_started", seq: 2, at: at(0), node_id: "ask", ...step, source: "live", input: {} },
  {
    kind: "step_done",
    seq: 3,
    at: at(1),
    node_id: "ask",
    ...step,
    output: { message: "Why?", history: [] },
    branch: null,
    usage: null,
  },
  { kind: "step_started", seq: 4, at: at(1), node_id: "find", ...step, source: "live", input: { query: "Why?" } },
  {
    kind: "step_retrying",
    seq: 5,
    at: at(500),
    node_id: "find",
    ...step,
    error: { error: "timeout", message: "Timed out" },
    retry_at: at(1500),
  },
  {
    kind: "step_started",
    seq: 6,
    at: at(1500),
    node_id: "find",
    path: "",
    attempt: 2,
    source: "live",
    input: { query: "Why?" },
  },
  {
    kind: "step_done",
    seq: 7,
    at: at(1600),
    node_id: "find",
    path: "",
    attempt: 2,
    output: { chunks: [1, 2, 3], count: 3 },
    branch: null,
    usage: null,
  },
  { kind: "step_started", seq: 8, at: at(1600), node_id: "enough", ...step, source: "live", input: {} },
  {
    kind: "step_done",
    seq: 9,
    at: at(1601),
    node_id: "enough",
    ...step,
    output: { result: true },
    branch: "true",
    usage: null,
  },
  { kind: "step_skipped", seq: 10, at: at(1601), node_id: "sorry", ...step },
  { kind: "step_started", seq: 11, at: at(1601), node_id: "approve", ...step, source: "live", input: {} },
  {
    kind: "step_waiting",
    seq: 12,
    at: at(1602),
    node_id: "approve",
    ...step,
    wait: { until: null, for_person: true, message: "Send it?" },
  },
  {
    kind: "step_resumed",
    seq: 13,
    at: at(61_602),
    node_id: "approve",
    ...step,
    decision: "approved",
    by: "ada",
    comment: "",
  },
  {
    kind: "step_done",
    seq: 14,
    at: at(61_603),
    node_id: "approve",
    ...step,
    output: { decision: "approved" },
    branch: "approved",
    usage,
  },
  { kind: "run_done", seq: 15, at: at(61_603), output: { value: "Because.", citations: [], built_in: true } },
];

const workflow: WorkflowData = {
  name: "",
  nodes: ["ask", "find", "enough", "approve", "sorry", "remark"].map((id) =>
    makeNode(id, id === "remark" ? "note" : id === "enough" ? "condition" : "llm", id),
  ),
  edges: [
    makeEdge("ask", "find"),
    makeEdge("find", "enough"),
    makeEdge("enough", "approve", "true"),
    makeEdge("enough", "sorry", "false"),
  ],
};

function fold(events: readonly RunEvent[], from = queued): RunView {
  return events.reduce(applyRunEvent, from);
}

describe("folding a run's events", () => {
  it("gives the same from any snapshot on, also when events come twice", () => {
    const whole = fold(journal);
    for (let cut = 0; cut <= journal.length; cut += 1) {
      const snapshot = fold(journal.slice(0, cut));
      expect(fold(journal.slice(Math.max(0, cut - 3)), snapshot)).toEqual(whole);
    }
  });

  it("waits when only a person is waited for, and runs again after the decision", () => {
    expect(fold(journal.slice(0, 12)).status).toBe("waiting");
    expect(fold(journal.slice(0, 13)).status).toBe("running");
    expect(fold(journal).status).toBe("done");
  });

  it("is not waiting while a retry is due", () => {
    expect(fold(journal.slice(0, 5)).status).toBe("running");
  });

  it("keeps each attempt", () => {
    const run = fold(journal);
    expect(stepsOf(run, "find").map((attempt) => [attempt.attempt, attempt.status])).toEqual([
      [1, "failed"],
      [2, "done"],
    ]);
    expect(newestAttempts(run.steps).filter((one) => one.node_id === "find")).toHaveLength(1);
  });

  it("puts live text together by its offset", () => {
    const text = (offset: number, words: string): RunEvent => ({
      kind: "step_text",
      node_id: "find",
      ...step,
      offset,
      text: words,
    });
    const running = fold(journal.slice(0, 4));
    const read = (run: RunView) => stepsOf(run, "find")[0]?.text;
    expect(read(fold([text(0, "Hel"), text(3, "lo")], running))).toBe("Hello");
    expect(read(fold([text(0, "Hel"), text(3, "lo"), text(0, "Hello there")], running))).toBe("Hello there");
    expect(read(fold([text(7, "gap")], running))).toBeUndefined();
  });

  it("orders loop turns as numbers", () => {
    expect(["10", "2", "2.1", "2.0", ""].sort(comparePaths)).toEqual(["", "2", "2.0", "2.1", "10"]);
  });
});

describe("a run on the diagram", () => {
  it("says for every node how it stands, and leaves notes alone", () => {
    const states = nodeStates(fold(journal.slice(0, 12)), workflow);
    expect(states.get("ask")).toMatchObject({ state: "done", text: "1 message" });
    expect(states.get("find")).toMatchObject({ state: "done", text: "3 passages" });
    expect(states.get("enough")).toMatchObject({ state: "done", text: "true" });
    expect(states.get("sorry")).toMatchObject({ state: "skipped", text: "Not needed" });
    expect(states.get("approve")?.asks?.wait?.message).toBe("Send it?");
    expect(states.has("remark")).toBe(false);
  });

  it("waits with what has not begun, and is done with what was never reached", () => {
    expect(nodeStates(fold(journal.slice(0, 3)), workflow).get("find")?.state).toBe("waiting");
    const cancelled = fold([...journal.slice(0, 3), { kind: "run_cancelled", seq: 4, at: at(2) }]);
    expect(nodeStates(cancelled, workflow).get("find")).toMatchObject({ state: "skipped", text: "Not reached" });
  });

  it("tells taken branches from those not taken", () => {
    const states = edgeStates(fold(journal), workflow);
    expect(Object.fromEntries(states)).toEqual({
      "ask//find": "taken",
      "find//enough": "taken",
      "enough/true/approve": "taken",
      "enough/false/sorry": "quiet",
    });
    expect(edgeStates(fold(journal.slice(0, 4)), workflow).get("ask//find")).toBe("running");
  });

  it("takes an edge past a failed step only where the run went on", () => {
    const failing = (continued: boolean) =>
      fold([
        ...journal.slice(0, 4),
        {
          kind: "step_failed",
          seq: 5,
          at: at(9),
          node_id: "find",
          ...step,
          error: { error: "e", message: "No search key is set up, so the web was not searched." },
          continued,
        },
      ]);
    expect(nodeStates(failing(true), workflow).get("find")).toMatchObject({
      state: "failed",
      text: "No search key",
      whole: "No search key is set up, so the web was not searched.",
    });
  });

  it("marks what came from an earlier run", () => {
    const run = fold(journal);
    const recorded = { ...run, steps: run.steps.map((one) => ({ ...one, source: "recorded" as const })) };
    expect(nodeStates(recorded, workflow).get("find")?.state).toBe("recorded");
    expect(edgeStates(recorded, workflow).get("ask//find")).toBe("recorded");
  });

  it("reads what started it", () => {
    expect(inputLine({ message: "Why?", history: [] })).toBe("Why?");
    expect(inputLine({ order: 1 })).toBe('{"order":1}');
    expect(inputLine(null)).toBe("No input");
  });
});

describe("a replay", () => {
  const run = fold(journal);

  it("shows the run as it stood at each moment", () => {
    expect(nodeStates(runAt(run, 0.5), workflow).get("find")?.state).toBe("waiting");
    expect(nodeStates(runAt(run, 300), workflow).get("find")?.state).toBe("running");
    expect(nodeStates(runAt(run, 800), workflow).get("find")).toMatchObject({ state: "failed", text: "Tries again" });
    expect(runAt(run, 3000).status).toBe("waiting");
    expect(runAt(run, timelineOf(run).length)).toEqual(run);
  });

  it("draws a long wait short, and says how much is left out", () => {
    const timeline = timelineOf(run);
    expect(timeline.length).toBeLessThan(7000);
    expect(timeline.cuts.map((cut) => cut.hidden)).toEqual([55_002]);
  });

  it("gives overlapping steps lanes of their own", () => {
    const parallel = fold([
      { kind: "run_started", seq: 1, at: at(0), trigger_id: null, input: null },
      { kind: "step_started", seq: 2, at: at(0), node_id: "a", ...step, source: "live", input: {} },
      { kind: "step_started", seq: 3, at: at(10), node_id: "b", ...step, source: "live", input: {} },
      { kind: "step_done", seq: 4, at: at(50), node_id: "a", ...step, output: {}, branch: null, usage: null },
      { kind: "step_done", seq: 5, at: at(60), node_id: "b", ...step, output: {}, branch: null, usage: null },
    ]);
    expect(timelineOf(parallel).bars.map((bar) => [bar.step.node_id, bar.lane])).toEqual([
      ["a", 0],
      ["b", 1],
    ]);
  });

  it("has an empty line for a run that never began", () => {
    expect(timelineOf(queued)).toEqual({ bars: [], cuts: [], marks: [], lanes: 0, length: 0 });
    expect(runAt(queued, 5)).toBe(queued);
  });
});

describe("numbers for people", () => {
  it("have three figures at most", () => {
    expect([410, 9994, 12_340, 250_000, 7_500_000, 180_000_000].map(duration)).toEqual([
      "0.41 s",
      "9.99 s",
      "12.3 s",
      "4 min 10 s",
      "2 h 5 min",
      "2 d 2 h",
    ]);
    expect([seconds(30), seconds(120), seconds(7200)]).toEqual(["30 s", "2 min", "2 h"]);
    expect([count(1, "passage"), count(1200, "row")]).toEqual(["1 passage", "1,200 rows"]);
  });

  it("name a day only where it is not today", () => {
    const now = new Date(2026, 9, 30, 12, 0);
    expect(clock(new Date(2026, 9, 30, 10, 58).toISOString(), now)).toBe("10:58");
    expect(clock(new Date(2026, 9, 28, 9, 5).toISOString(), now)).toBe("Wed 09:05");
    expect(clock(new Date(2026, 8, 1, 9, 5).toISOString(), now)).toBe("1 Sept");
  });
});
