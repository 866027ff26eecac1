/** A recorded run at a moment of its past, and its steps as bars on a time line. Only the record is read; nothing is executed. */
import { comparePaths, isLoopStep, newestAttempts, type RunView, type StepView } from "./run";

/** Waits longer than this are drawn this long, and say so. */
export const LONGEST_WAIT_MS = 5000;

export interface Bar {
  step: StepView;
  /** Milliseconds on the time line (waits shortened). */
  from: number;
  to: number;
  lane: number;
  kind: "done" | "failed" | "recorded" | "waiting" | "running";
}

export interface Cut {
  /** On the time line; how much time it stands for beyond what is drawn. */
  at: number;
  hidden: number;
}

export interface Timeline {
  bars: Bar[];
  cuts: Cut[];
  /** Step starts, for the dots and for stepping. */
  marks: number[];
  lanes: number;
  length: number;
}

export function startOf(run: RunView): number {
  const first = run.steps.flatMap((step) => (step.started_at ? [Date.parse(step.started_at)] : []));
  const started = run.started_at ? [Date.parse(run.started_at)] : [];
  return Math.min(...started, ...first, Number.POSITIVE_INFINITY);
}

function endOf(run: RunView): number {
  const ends = run.steps.flatMap((step) =>
    [step.finished_at, step.started_at].flatMap((time) => (time ? [Date.parse(time)] : [])),
  );
  const finished = run.finished_at ? [Date.parse(run.finished_at)] : [];
  return Math.max(...finished, ...ends, 0);
}

interface HiddenWait {
  from: number;
  hidden: number;
}

/** Where nothing but waiting happened for long, the line is cut: from when on, and how much is left out. */
function cutsOf(run: RunView, start: number, end: number): HiddenWait[] {
  const loops = loopSteps(run);
  const work = run.steps
    .filter((step) => step.started_at !== null && step.wait === null && !loops.has(step))
    .map((step) => ({ from: timeOf(step.started_at, end), to: timeOf(step.finished_at, end) }));
  const edges = run.steps.flatMap((step) =>
    [step.started_at, step.finished_at].flatMap((time) => (time ? [Date.parse(time)] : [])),
  );
  const moments = [...new Set([start, ...edges, end])].sort((a, b) => a - b);
  const cuts: HiddenWait[] = [];
  for (const [index, to] of moments.slice(1).entries()) {
    const from = moments[index] ?? to;
    const busy = work.some((step) => step.from <= from && step.to >= to);
    if (to - from > LONGEST_WAIT_MS && !busy)
      cuts.push({ from: from + LONGEST_WAIT_MS, hidden: to - from - LONGEST_WAIT_MS });
  }
  return cuts;
}

function timeOf(iso: string | null, otherwise: number): number {
  return iso ? Date.parse(iso) : otherwise;
}

export function timelineOf(run: RunView): Timeline {
  const start = startOf(run);
  const end = endOf(run);
  if (!Number.isFinite(start)) return { bars: [], cuts: [], marks: [], lanes: 0, length: 0 };
  const cuts = cutsOf(run, start, end);
  const drawn = (time: number) => toDrawn(time, start, cuts);
  const loops = loopSteps(run);
  const bars: Bar[] = [];
  const lanes: number[] = [];
  const steps = run.steps
    .filter((step) => step.started_at !== null && step.status !== "skipped" && !loops.has(step))
    .sort((a, b) => Date.parse(a.started_at ?? "") - Date.parse(b.started_at ?? "") || comparePaths(a.path, b.path));
  for (const step of steps) {
    const from = drawn(Date.parse(step.started_at ?? ""));
    const to = Math.max(from, drawn(step.finished_at ? Date.parse(step.finished_at) : end));
    let lane = lanes.findIndex((busyUntil) => busyUntil <= from);
    if (lane === -1) lane = lanes.length;
    lanes[lane] = to;
    bars.push({ step, from, to, lane, kind: barKind(step) });
  }
  return {
    bars,
    cuts: cuts.map((cut) => ({ at: drawn(cut.from), hidden: cut.hidden })),
    marks: [...new Set(bars.map((bar) => bar.from))].sort((a, b) => a - b),
    lanes: lanes.length,
    length: drawn(end),
  };
}

/** A loop's own step spans everything inside it; only its body is work. */
function loopSteps(run: RunView): Set<StepView> {
  return new Set(run.steps.filter(isLoopStep));
}

function barKind(step: StepView): Bar["kind"] {
  if (step.source !== "live") return "recorded";
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
      return "done";
  }
}

function toDrawn(time: number, start: number, cuts: readonly HiddenWait[]): number {
  let hidden = 0;
  for (const cut of cuts) hidden += Math.min(Math.max(0, time - cut.from), cut.hidden);
  return time - start - hidden;
}

/** Back from the time line to the clock. */
function fromDrawn(at: number, start: number, cuts: readonly HiddenWait[]): number {
  let time = start + at;
  for (const cut of cuts) if (time >= cut.from) time += cut.hidden;
  return time;
}

/** The run as it stood `at` milliseconds into its time line. */
export function runAt(run: RunView, at: number): RunView {
  const start = startOf(run);
  if (!Number.isFinite(start)) return run;
  const end = endOf(run);
  const now = fromDrawn(at, start, cutsOf(run, start, end));
  const steps = run.steps.flatMap((step) => stepAt(step, now));
  const over = run.finished_at !== null && now >= Date.parse(run.finished_at);
  if (over) return run;
  const current = newestAttempts(steps);
  const working = current.some((step) => step.status === "running");
  const waiting = current.some((step) => step.status === "waiting");
  return {
    ...run,
    steps,
    status: waiting && !working ? "waiting" : "running",
    output: null,
    error: null,
    finished_at: null,
  };
}

function stepAt(step: StepView, now: number): StepView[] {
  const started = step.started_at ? Date.parse(step.started_at) : null;
  const finished = step.finished_at ? Date.parse(step.finished_at) : null;
  if (started !== null && now < started) return [];
  if (started === null && finished !== null && now < finished) return [];
  if (finished !== null && now >= finished) {
    const retryOver = step.retry_at !== null && now >= Date.parse(step.retry_at);
    return [retryOver ? { ...step, retry_at: null } : step];
  }
  if (finished === null) return [step];
  const status = step.wait !== null ? "waiting" : "running";
  return [
    {
      ...step,
      status,
      output: null,
      error: null,
      branch: null,
      decision: null,
      usage: null,
      retry_at: null,
      finished_at: null,
    },
  ];
}
