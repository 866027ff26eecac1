/** A run's steps as bars, with a dot for each start: drawn twice, as they look once the cursor has passed and before, and only drawn
 * again when the run or the width changes. Scrubbing moves the border between the two. */
import { memo } from "react";
import type { Bar, Timeline } from "@/model/replay";

const LANE = 8;
const MAX_LANES = 6;
const HEIGHT = 5;
/** Two marks of the octagon nearer than this would lie on each other. */
const APART = 12;

interface Props {
  timeline: Timeline;
  width: number;
  /** Pixels from the left and right edge where the line begins and ends. */
  inset: number;
  at: number;
}

function lanesOf(timeline: Timeline): number {
  return Math.min(MAX_LANES, Math.max(1, timeline.lanes));
}

export function axisOf(timeline: Timeline): number {
  return lanesOf(timeline) * LANE + 8;
}

export function Lanes({ timeline, width, inset, at }: Props) {
  const height = axisOf(timeline) + 4;
  return (
    <div aria-hidden="true" className="absolute inset-x-0 top-0" style={{ height }}>
      <Layer timeline={timeline} width={width} inset={inset} past={false} />
      <div className="absolute inset-0 overflow-hidden" style={{ width: at }}>
        <Layer timeline={timeline} width={width} inset={inset} past />
      </div>
    </div>
  );
}

const Layer = memo(function Layer({ timeline, width, inset, past }: Omit<Props, "at"> & { past: boolean }) {
  const axis = axisOf(timeline);
  const shapes = shapesOf(timeline, width, inset);
  const soft = past ? 1 : 0.32;
  return (
    <svg width={width} height={axis + 4} aria-hidden="true" className="absolute top-0 left-0 block">
      <path d={shapes.done} fill="var(--run-done)" opacity={soft} />
      <path d={shapes.edited} fill="var(--run-done)" opacity={soft} />
      <path d={shapes.running} fill="var(--run-running)" opacity={soft} />
      <path d={shapes.waiting} stroke="var(--run-waiting)" opacity={past ? 1 : 0.5} {...WAITING} />
      <path d={shapes.recorded} stroke="var(--run-recorded)" strokeWidth="1.5" fill="none" opacity={past ? 1 : 0.7} />
      <path d={shapes.failed} fill="var(--run-failed)" opacity={soft} />
      <path d={shapes.octagons} stroke="var(--run-failed)" opacity={past ? 1 : 0.5} {...OCTAGON} />
      <path
        d={shapes.dots}
        stroke={past ? "var(--text-2)" : "var(--line-strong)"}
        strokeWidth="4"
        strokeLinecap="round"
      />
    </svg>
  );
});

const WAITING = { strokeWidth: 1.5, strokeDasharray: "2 4", strokeLinecap: "round" } as const;
const OCTAGON = {
  fill: "var(--surface)",
  strokeWidth: 1.5,
  strokeLinecap: "round",
  strokeLinejoin: "round",
} as const;

type Shapes = Record<Bar["kind"] | "octagons" | "dots", string>;

/** One path for each kind: bars of a kind that touch on the screen are one bar, so a thousand steps cost no more than the pixels they cover. */
export function shapesOf(timeline: Timeline, width: number, inset: number): Shapes {
  const x = placeOn(timeline, width, inset);
  const paths: Record<Bar["kind"] | "octagons" | "dots", string[]> = {
    ...{ done: [], failed: [], recorded: [], edited: [], waiting: [], running: [], octagons: [], dots: [] },
  };
  const open = new Map<string, { kind: Bar["kind"]; from: number; to: number; lane: number }>();
  const lastMark = new Map<number, number>();
  const close = (bar: { kind: Bar["kind"]; from: number; to: number; lane: number }) =>
    paths[bar.kind].push(SHAPES[bar.kind](bar.from, bar.to, topOf(bar.lane)));
  for (const bar of timeline.bars) {
    const lane = Math.min(MAX_LANES - 1, bar.lane);
    const from = x(bar.from) + 1;
    const to = Math.max(from + 3, x(bar.to) - 1);
    const key = `${bar.kind}${lane}`;
    const before = open.get(key);
    if (before && from - before.to < 1.5) before.to = Math.max(before.to, to);
    else {
      if (before) close(before);
      open.set(key, { kind: bar.kind, from, to, lane });
    }
    if (bar.kind === "failed" && to - (lastMark.get(lane) ?? -APART) >= APART) {
      lastMark.set(lane, to);
      paths.octagons.push(octagon(to, topOf(lane) + HEIGHT / 2));
    }
  }
  for (const bar of open.values()) close(bar);
  let lastDot = Number.NEGATIVE_INFINITY;
  for (const mark of timeline.marks) {
    if (x(mark) - lastDot < 2) continue;
    lastDot = x(mark);
    paths.dots.push(`M${fix(lastDot)} ${axisOf(timeline)}h0`);
  }
  return Object.fromEntries(Object.entries(paths).map(([kind, parts]) => [kind, parts.join("")])) as unknown as Shapes;
}

export function placeOn(timeline: Timeline, width: number, inset: number): (time: number) => number {
  const span = Math.max(1, timeline.length);
  return (time) => inset + (time / span) * Math.max(1, width - 2 * inset);
}

function topOf(lane: number): number {
  return 4 + lane * LANE;
}

function fix(value: number): string {
  return value.toFixed(1);
}

/** A bar with round ends. */
function solid(from: number, to: number, y: number): string {
  const radius = Math.min(HEIGHT / 2, (to - from) / 2);
  const straight = fix(to - from - 2 * radius);
  const arc = (side: number) => `a${fix(radius)} ${HEIGHT / 2} 0 0 1 0 ${side * HEIGHT}`;
  return `M${fix(from + radius)} ${y}h${straight}${arc(1)}h-${straight}${arc(-1)}z`;
}

const SHAPES: Record<Bar["kind"], (from: number, to: number, y: number) => string> = {
  done: solid,
  failed: solid,
  running: solid,
  waiting: (from, to, y) => `M${fix(from)} ${y + HEIGHT / 2}H${fix(to)}`,
  // Hollow: it was not executed.
  recorded: (from, to, y) =>
    `M${fix(from + 0.75)} ${y + 0.75}h${fix(Math.max(1.5, to - from - 1.5))}v3.5H${fix(from + 0.75)}z`,
  // Notched at its start: it was executed because something about it had changed.
  edited: (from, to, y) =>
    to - from < 9 ? solid(from, to, y) : `M${fix(from)} ${y}h2.5v${HEIGHT}h-2.5z${solid(from + 4.5, to, y)}`,
};

/** One bar, 18 px wide, for the legend. */
export function BarSample({ kind }: { kind: "done" | "recorded" | "edited" }) {
  const d = SHAPES[kind](0, 18, 0);
  if (kind === "recorded") return <path d={d} stroke="var(--run-recorded)" strokeWidth="1.5" fill="none" />;
  return <path d={d} fill="var(--run-done)" />;
}

function octagon(x: number, y: number): string {
  const [left, top] = [x - 8, y - 8];
  const at = (dx: number, dy: number) => `${fix(left + dx)} ${fix(top + dy)}`;
  return `M${at(5.5, 2)}h5L${at(14, 5.5)}v5L${at(10.5, 14)}h-5L${at(2, 10.5)}v-5zM${at(8, 5)}v3.4M${at(8, 10.9)}v.01`;
}
