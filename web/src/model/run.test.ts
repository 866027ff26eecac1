import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clock, count, duration, seconds } from "./format";
import journalsOfServer from "./journals.gen.json";
import { runAt, timelineOf } from "./replay";
import {
  applyRunEvent,
  applyRunEvents,
  comparePaths,
  livingStatus,
  newestAttempts,
  type RunEvent,
  type RunView,
  type StepView,
  stepsOf,
} from "./run";
import { edgeStates, inputLine, nodeStates } from "./run-state";
import { at, makeRun, makeStep } from "./testing-runs";
import { makeEdge, makeNode, type WorkflowData } from "./workflow";

const queued = makeRun({ status: "queued", started_at: null, finished_at: null });

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

/** Journals as an engine could write them: steps of the workflow and of loop turns, each through one of its lives. */
const journals = fc
  .uniqueArray(
    fc.record({
      node: fc.constantFrom("ask", "find", "enough", "approve", "sorry"),
      path: fc.constantFrom("", "0", "1", "10", "2.0"),
      life: fc.constantFrom(
        "done",
        "failed",
        "retried",
        "skipped",
        "stopped",
        "approved",
        "doubt",
        "repeated",
        "running",
      ),
      source: fc.constantFrom("live" as const, "recorded" as const, "edited" as const),
      pause: fc.boolean(),
    }),
    { maxLength: 12, selector: ({ node, path }) => `${node} ${path}` },
  )
  .chain((lives) =>
    fc.record({ lives: fc.constant(lives), end: fc.constantFrom("done", "failed", "cancelled", "none") }),
  )
  .map(({ lives, end }) => {
    const events: RunEvent[] = [];
    const stamp = () => ({ seq: events.length + 1, at: at(events.length * 7) });
    const error = { error: "e", message: "It broke." };
    events.push({ kind: "run_started", ...stamp(), trigger_id: "ask", input: null });
    for (const { node, path, life, source, pause } of lives) {
      const of = (attempt = 1) => ({ ...stamp(), node_id: node, path, attempt });
      const begin = (attempt = 1) => events.push({ kind: "step_started", ...of(attempt), source, input: {} });
      const finish = (attempt = 1) =>
        events.push({ kind: "step_done", ...of(attempt), output: { result: true }, branch: null, usage });
      const resume = (decision: string) =>
        events.push({ kind: "step_resumed", ...of(), decision, by: "ada", comment: "" });
      if (life === "skipped") events.push({ kind: "step_skipped", ...of() });
      else begin();
      if (pause) events.push({ kind: "run_paused", ...stamp() });
      if (life === "done") finish();
      if (life === "failed") events.push({ kind: "step_failed", ...of(), error, continued: true });
      if (life === "stopped") events.push({ kind: "step_stopped", ...of(), error });
      if (life === "retried") {
        events.push({ kind: "step_retrying", ...of(), error, retry_at: at(9999) });
        begin(2);
        finish(2);
      }
      if (life === "approved") {
        events.push({ kind: "step_waiting", ...of(), wait: { until: null, for_person: true, message: "?" } });
        resume("approved");
        finish();
      }
      if (life === "doubt" || life === "repeated") {
        events.push({ kind: "step_in_doubt", ...of() });
        resume(life === "doubt" ? "done" : "repeat");
        if (life === "repeated") begin(2);
        finish(life === "doubt" ? 1 : 2);
      }
      if (pause) events.push({ kind: "run_resumed", ...stamp() });
    }
    if (end === "done")
      events.push({ kind: "run_done", ...stamp(), output: { value: 1, citations: [], built_in: false } });
    if (end === "failed") events.push({ kind: "run_failed", ...stamp(), error, node_id: "find", path: "" });
    if (end === "cancelled") events.push({ kind: "run_cancelled", ...stamp() });
    return events;
  });

const EVERY_KIND: RunEvent["kind"][] = [
  ...(["run_cancelled", "run_done", "run_failed", "run_paused", "run_resumed", "run_started"] as const),
  ...(["step_done", "step_failed", "step_in_doubt", "step_resumed", "step_retrying"] as const),
  ...(["step_skipped", "step_started", "step_stopped", "step_waiting"] as const),
];

/** Written by the server's own fold, which its tests hold them against: `backend/tests/engine/golden.py`. */
const SERVER = journalsOfServer as unknown as {
  events: Exclude<RunEvent, { kind: "step_text" }>[];
  snapshots: Pick<RunView, "status" | "paused" | "output" | "error" | "failed" | "usage" | "last_seq" | "steps">[];
}[];

function attemptName(one: StepView): string {
  return `${one.node_id} ${one.path} ${one.attempt}`;
}

describe("folding a run's events", () => {
  it("gives the same from any snapshot on, also when events come twice", () => {
    const whole = fold(journal);
    for (let cut = 0; cut <= journal.length; cut += 1) {
      const snapshot = fold(journal.slice(0, cut));
      expect(fold(journal.slice(Math.max(0, cut - 3)), snapshot)).toEqual(whole);
    }
  });

  it("gives the same from any snapshot on for journals of every kind, in frames of any size, also when events come twice", () => {
    fc.assert(
      fc.property(
        journals,
        fc.nat(),
        fc.nat({ max: 8 }),
        fc.integer({ min: 1, max: 9 }),
        (events, cutAt, twice, frame) => {
          const whole = fold(events);
          const cut = cutAt % (events.length + 1);
          let run = fold(events.slice(0, cut));
          const late = events.slice(Math.max(0, cut - twice));
          for (let from = 0; from < late.length; from += frame)
            run = applyRunEvents(run, late.slice(from, from + frame));
          expect(run).toEqual(whole);
        },
      ),
    );
    const kinds = new Set(fc.sample(journals, 200).flatMap((events) => events.map((event) => event.kind)));
    expect([...kinds].sort()).toEqual(EVERY_KIND);
  });

  it("gives from every snapshot of the server on what the server shows later, for every kind of entry", () => {
    const byName = (steps: StepView[]) => [...steps].sort((a, b) => (attemptName(a) < attemptName(b) ? -1 : 1));
    for (const { events, snapshots } of SERVER) {
      for (const [index, from] of [null, ...snapshots].entries()) {
        for (const to of snapshots.slice(index)) {
          const between = events.filter((event) => event.seq > (from?.last_seq ?? 0) && event.seq <= to.last_seq);
          const folded = applyRunEvents(from ? { ...queued, started_at: at(0), ...from } : queued, between);
          const { status, paused, output, error, failed, usage, last_seq } = folded;
          const shown = { status, paused, output, error, failed, usage, last_seq, steps: byName(folded.steps) };
          expect(shown).toEqual({ ...to, steps: byName(to.steps) });
        }
      }
    }
  });

  it("leads to the same picture whatever the order in which a server lists the steps", () => {
    fc.assert(
      fc.property(journals, fc.nat(), (events, cut) => {
        const run = fold(events.slice(0, cut % (events.length + 1)));
        const listed = { ...run, steps: [...run.steps].sort((a, b) => (attemptName(a) < attemptName(b) ? -1 : 1)) };
        expect(nodeStates(listed, workflow)).toEqual(nodeStates(run, workflow));
        expect(edgeStates(listed, workflow)).toEqual(edgeStates(run, workflow));
        expect(livingStatus(listed.steps, run.paused)).toBe(livingStatus(run.steps, run.paused));
      }),
    );
  });

  it("folds ten thousand steps in frames without growing slower than they are many", () => {
    const events = Array.from({ length: 10_000 }, (_, index): RunEvent[] => {
      const of = { node_id: "find", path: String(index), attempt: 1, at: at(index) };
      return [
        { kind: "step_started", seq: 2 * index + 2, ...of, source: "live", input: {} },
        { kind: "step_done", seq: 2 * index + 3, ...of, output: {}, branch: null, usage: null },
      ];
    }).flat();
    const before = performance.now();
    let run = fold(journal.slice(0, 1));
    for (let from = 0; from < events.length; from += 500) run = applyRunEvents(run, events.slice(from, from + 500));
    expect(run.steps).toHaveLength(10_000);
    expect(performance.now() - before).toBeLessThan(3000);
  });

  it("waits on a step in doubt until someone says what happened", () => {
    const doubt: RunEvent[] = [
      ...journal.slice(0, 4),
      { kind: "step_in_doubt", seq: 5, at: at(20), node_id: "find", ...step },
    ];
    expect(fold(doubt).status).toBe("waiting");
    expect(nodeStates(fold(doubt), workflow).get("find")).toMatchObject({ state: "in_doubt", text: "Did it happen?" });
    const answered = (decision: string) =>
      fold([
        ...doubt,
        { kind: "step_resumed", seq: 6, at: at(30), node_id: "find", ...step, decision, by: "ada", comment: "" },
      ]);
    expect(nodeStates(answered("repeat"), workflow).get("find")).toMatchObject({ text: "Tries again", asks: null });
    expect(stepsOf(answered("repeat"), "find")[0]?.status).toBe("in_doubt");
    expect(stepsOf(answered("done"), "find")[0]?.status).toBe("running");
  });

  it("waits while it is paused and nothing works, and runs on when it is let go", () => {
    const paused = fold([...journal.slice(0, 4), { kind: "run_paused", seq: 5, at: at(2) }]);
    expect([paused.paused, paused.status]).toEqual([true, "running"]);
    const still = fold(
      [{ kind: "step_done", seq: 6, at: at(3), node_id: "find", ...step, output: {}, branch: null, usage: null }],
      paused,
    );
    expect([still.paused, still.status]).toEqual([true, "waiting"]);
    expect(nodeStates(still, workflow).get("enough")?.text).toBe("Paused");
    const on = fold([{ kind: "run_resumed", seq: 7, at: at(9) }], still);
    expect([on.paused, on.status]).toEqual([false, "running"]);
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
    const error = { error: "e", message: "No search key is set up, so the web was not searched." };
    const failed = fold([
      ...journal.slice(0, 4),
      { kind: "step_failed", seq: 5, at: at(9), node_id: "find", ...step, error, continued: true },
    ]);
    expect(nodeStates(failed, workflow).get("find")).toMatchObject({
      state: "failed",
      text: "No search key",
      whole: "No search key is set up, so the web was not searched.",
    });
    const on: RunEvent = {
      kind: "step_started",
      seq: 6,
      at: at(9),
      node_id: "enough",
      ...step,
      source: "live",
      input: {},
    };
    expect(edgeStates(fold([on], failed), workflow).get("find//enough")).toBe("running");
    const over = fold([{ kind: "run_failed", seq: 6, at: at(9), error, node_id: "find", path: "" }], failed);
    expect(edgeStates(over, workflow).get("find//enough")).toBe("idle");
  });

  it("marks what came from an earlier run", () => {
    const run = fold(journal);
    const recorded = { ...run, steps: run.steps.map((one) => ({ ...one, source: "recorded" as const })) };
    expect(nodeStates(recorded, workflow).get("find")?.state).toBe("recorded");
    expect(edgeStates(recorded, workflow).get("ask//find")).toBe("recorded");
  });

  it("says of a loop's step how many of its times are recorded, and counts against all of the loop", () => {
    const inLoop: WorkflowData = {
      name: "",
      nodes: [makeNode("each", "loop", "Each"), makeNode("draft", "llm", "Draft", { parent: "each" })],
      edges: [],
    };
    const loop = makeStep("each", {
      status: "running",
      input: { items: [1, 2, 3, 4, 5], concurrency: 2, batch_size: 1 },
      finished_at: null,
    });
    const of = (source: StepView["source"], path: string) => makeStep("draft", { path, source });
    const steps = [loop, of("recorded", "0"), of("recorded", "1"), of("live", "2")];
    const states = nodeStates(makeRun({ status: "running", steps }), inLoop);
    expect(states.get("each")).toMatchObject({ state: "running", text: "3 of 5" });
    expect(states.get("draft")).toMatchObject({ state: "done", text: "3 of 5, 0.10 s" });
    const over = [...steps.slice(1), of("live", "3"), of("edited", "4")];
    expect(nodeStates(makeRun({ steps: over }), inLoop).get("draft")?.text).toBe("2 of 5 recorded");
    const edited = nodeStates(makeRun({ steps: [makeStep("draft", { source: "edited" })] }), inLoop);
    expect(edited.get("draft")?.text).toBe("Edited, 0.10 s");
    const taken = nodeStates(makeRun({ steps: [makeStep("draft", { source: "recorded" })] }), inLoop, 10);
    expect(taken.get("draft")).toMatchObject({ state: "recorded", text: "From run 10" });
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

  it("gives the same picture for every moment between two changes, so that nothing is drawn again", () => {
    expect(runAt(run, 300)).toBe(runAt(run, 400));
    expect(runAt(run, 300)).not.toBe(runAt(run, 800));
  });

  it("says at each moment what the journal up to then says", () => {
    fc.assert(
      fc.property(journals, fc.nat(), (events, cut) => {
        const whole = fold(events);
        const upTo = cut % events.length;
        const now = events[upTo];
        if (!now || now.kind === "step_text" || whole.finished_at === now.at) return;
        // The steps do not say since when they waited or were in doubt.
        const was = fold(events.slice(0, upTo + 1));
        const plain = (run: RunView) =>
          run.steps.map(({ node_id, path, attempt, status, output, error }) =>
            [
              node_id,
              path,
              attempt,
              status === "waiting" || status === "in_doubt" ? "running" : status,
              output,
              error?.message,
            ].join(),
          );
        expect(plain(runAt(whole, upTo * 7))).toEqual(plain(was));
      }),
    );
  });

  it("finds any of two thousand steps fast enough to be dragged through", () => {
    const steps = Array.from({ length: 2000 }, (_, index) =>
      makeStep(`n${index % 20}`, { path: String(index), started_at: at(index * 5), finished_at: at(index * 5 + 40) }),
    );
    const long = makeRun({ steps, finished_at: at(11_000) });
    timelineOf(long);
    const before = performance.now();
    for (let moment = 0; moment < 10_000; moment += 20) runAt(long, moment);
    // 500 moments: a frame has 16 ms, and most of it belongs to the browser.
    expect((performance.now() - before) / 500).toBeLessThan(5);
  });

  it("cuts every one of many waits, and finds the clock again behind them", () => {
    const steps = Array.from({ length: 300 }, (_, index) =>
      makeStep("find", { path: String(index), started_at: at(index * 60_000), finished_at: at(index * 60_000 + 10) }),
    );
    const slow = makeRun({ steps, finished_at: at(300 * 60_000) });
    const { cuts, length, marks } = timelineOf(slow);
    expect(cuts).toHaveLength(300);
    expect(length).toBe(300 * 5010);
    for (const [index, mark] of marks.entries()) {
      expect(runAt(slow, mark).steps).toHaveLength(index + 1);
      expect(runAt(slow, mark - 1).steps).toHaveLength(index);
    }
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
