/** A recorded run at a moment of its past, and its steps as bars on a time line. Only the record is read; nothing is executed.
 * What follows the cursor is worked out once per run: a moment is then found by halving, and between two moments nothing changes. */
import { comparePaths, isLoopStep, livingStatus, type RunView, type StepView } from "./run";

/** Waits longer than this are drawn this long, and say so. */
export const LONGEST_WAIT_MS = 5000;

export interface Bar {
  step: StepView;
  /** Milliseconds on the time line (waits shortened). */
  from: number;
  to: number;
  lane: number;
  kind: "done" | "failed" | "recorded" | "edited" | "waiting" | "running";
}

export interface Cut {
  /** On the time line; how much time it stands for beyond what is drawn. */
  at: number;
  hidden: number;
}

export interface Timeline {
  /** By start. */
  bars: Bar[];
  cuts: Cut[];
  /** Step starts, for the dots and for stepping. */
  marks: number[];
  lanes: number;
  length: number;
}

/** A step with its times as numbers: dates are read once. */
interface Timed {
  step: StepView;
  started: number | null;
  finished: number | null;
  retry: number | null;
  /** As it stood while it was under way. */
  open: StepView | null;
}

/** From `from` on the line leaves out `hidden`; `before` is what the cuts before it leave out. */
interface HiddenWait {
  from: number;
  hidden: number;
  before: number;
}

interface Recording {
  steps: Timed[];
  start: number;
  end: number;
  finished: number | null;
  cuts: HiddenWait[];
  /** When anything changed, in order. */
  moments: number[];
  timeline: Timeline;
  /** The moment asked for last: dragging asks for the same one many times. */
  last: { moment: number; view: RunView } | null;
}

const recordings = new WeakMap<RunView, Recording>();

function recordingOf(run: RunView): Recording {
  const known = recordings.get(run);
  if (known) return known;
  const recording = readRecording(run);
  recordings.set(run, recording);
  return recording;
}

function readRecording(run: RunView): Recording {
  const steps = run.steps.map(
    (step): Timed => ({
      step,
      started: timeOf(step.started_at),
      finished: timeOf(step.finished_at),
      retry: timeOf(step.retry_at),
      open: null,
    }),
  );
  const finished = timeOf(run.finished_at);
  const times: number[] = [];
  for (const { started, finished: over } of steps) {
    if (started !== null) times.push(started);
    if (over !== null) times.push(over);
  }
  const begun = timeOf(run.started_at);
  const starts = steps.flatMap(({ started }) => started ?? []);
  const start = Math.min(...(begun === null ? [] : [begun]), least(starts));
  const end = Math.max(finished ?? 0, most(times));
  if (!Number.isFinite(start)) {
    const timeline = { bars: [], cuts: [], marks: [], lanes: 0, length: 0 };
    return { steps, start, end, finished, cuts: [], moments: [], timeline, last: null };
  }
  const cuts = cutsOf(steps, times, start, end);
  const retries = steps.flatMap(({ retry }) => retry ?? []);
  const moments = inOrder([...times, ...retries, ...(finished === null ? [] : [finished])]);
  const timeline = drawn(steps, start, end, cuts);
  return { steps, start, end, finished, cuts, moments, timeline, last: null };
}

function timeOf(iso: string | null): number | null {
  return iso === null ? null : Date.parse(iso);
}

// Math.min(...) of as many arguments as a long run has steps overflows the stack.
function least(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

function most(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => Math.max(a, b), 0);
}

function inOrder(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** How many of the numbers, which are in order, are at most `limit`. */
export function countUpTo(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where nothing but waiting happened for long, the line is cut: from when on, and how much is left out. */
function cutsOf(steps: readonly Timed[], times: readonly number[], start: number, end: number): HiddenWait[] {
  const work = steps.filter(({ step, started }) => started !== null && step.wait === null && !isLoopStep(step));
  const begins = work.map(({ started }) => started ?? start).sort((a, b) => a - b);
  const ends = work.map(({ finished }) => finished ?? end).sort((a, b) => a - b);
  const moments = inOrder([start, ...times, end]);
  const cuts: HiddenWait[] = [];
  let before = 0;
  for (const [index, to] of moments.slice(1).entries()) {
    const from = moments[index] ?? to;
    const hidden = to - from - LONGEST_WAIT_MS;
    if (hidden <= 0 || countUpTo(begins, from) > countUpTo(ends, from)) continue;
    cuts.push({ from: from + LONGEST_WAIT_MS, hidden, before });
    before += hidden;
  }
  return cuts;
}

function drawn(steps: readonly Timed[], start: number, end: number, cuts: readonly HiddenWait[]): Timeline {
  const froms = cuts.map((cut) => cut.from);
  const place = (time: number) => {
    const cut = cuts[countUpTo(froms, time) - 1];
    return time - start - (cut ? cut.before + Math.min(time - cut.from, cut.hidden) : 0);
  };
  const shown = steps
    .filter(({ step, started }) => started !== null && step.status !== "skipped" && !isLoopStep(step))
    .sort((a, b) => (a.started ?? 0) - (b.started ?? 0) || comparePaths(a.step.path, b.step.path));
  const lanes: number[] = [];
  const bars = shown.map(({ step, started, finished }): Bar => {
    const from = place(started ?? start);
    const to = Math.max(from, place(finished ?? end));
    let lane = lanes.findIndex((busyUntil) => busyUntil <= from);
    if (lane === -1) lane = lanes.length;
    lanes[lane] = to;
    return { step, from, to, lane, kind: barKind(step) };
  });
  return {
    bars,
    cuts: cuts.map((cut) => ({ at: place(cut.from), hidden: cut.hidden })),
    marks: inOrder(bars.map((bar) => bar.from)),
    lanes: lanes.length,
    length: place(end),
  };
}

function barKind(step: StepView): Bar["kind"] {
  if (step.source === "recorded") return "recorded";
  if (step.wait !== null) return "waiting";
  switch (step.status) {
    case "failed":
    case "in_doubt":
      return "failed";
    case "waiting":
      return "waiting";
    case "running":
      return "running";
    default:
      return step.source === "edited" ? "edited" : "done";
  }
}

export function timelineOf(run: RunView): Timeline {
  return recordingOf(run).timeline;
}

/** Back from the time line to the clock. */
function clockOf({ start, cuts }: Recording, at: number): number {
  const drawnFrom = cuts.map((cut) => cut.from - cut.before);
  const cut = cuts[countUpTo(drawnFrom, start + at) - 1];
  return start + at + (cut ? cut.before + cut.hidden : 0);
}

/** The run as it stood `at` milliseconds into its time line. */
export function runAt(run: RunView, at: number): RunView {
  const recording = recordingOf(run);
  const { start, finished, moments } = recording;
  if (!Number.isFinite(start)) return run;
  const now = clockOf(recording, at);
  if (finished !== null && now >= finished) return run;
  const moment = countUpTo(moments, now);
  if (recording.last?.moment !== moment) recording.last = { moment, view: viewAt(run, recording, now) };
  return recording.last.view;
}

function viewAt(run: RunView, recording: Recording, now: number): RunView {
  const steps: StepView[] = [];
  for (const timed of recording.steps) {
    const step = stepAt(timed, now);
    if (step) steps.push(step);
  }
  return {
    ...run,
    steps,
    status: livingStatus(steps, false),
    paused: false,
    output: null,
    error: null,
    failed: null,
    finished_at: null,
  };
}

function stepAt(timed: Timed, now: number): StepView | null {
  const { step, started, finished, retry } = timed;
  const begins = started ?? finished;
  if (begins !== null && now < begins) return null;
  if (finished === null) return step;
  if (now >= finished) return retry !== null && now >= retry ? { ...step, retry_at: null } : step;
  timed.open ??= {
    ...step,
    status: step.wait !== null ? "waiting" : "running",
    output: null,
    error: null,
    branch: null,
    decision: null,
    usage: null,
    retry_at: null,
    finished_at: null,
  };
  return timed.open;
}

/** Of a node's steps the one that began last, which is the one to look at when the cursor stands here. */
export function latestBegun(steps: readonly StepView[]): StepView | undefined {
  let latest: StepView | undefined;
  let latestTime = Number.NEGATIVE_INFINITY;
  for (const step of steps) {
    const time = timeOf(step.started_at ?? step.finished_at) ?? Number.NEGATIVE_INFINITY;
    if (latest === undefined || time >= latestTime) {
      latest = step;
      latestTime = time;
    }
  }
  return latest;
}
