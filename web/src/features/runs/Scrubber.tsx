"use client";
/** Replay: plays a recorded run on the diagram. Steps are bars, their starts are dots, long waits are drawn short and say so. */
import { Pause, Play, StepBack, StepForward } from "lucide-react";
import { type KeyboardEvent, memo, type PointerEvent, useLayoutEffect, useRef, useState } from "react";
import { duration } from "@/model/format";
import { countUpTo, type Timeline, timelineOf } from "@/model/replay";
import { Button, IconButton } from "@/ui/Button";
import { Segmented } from "@/ui/Segmented";
import { axisOf, BarSample, Lanes, placeOn } from "./Lanes";
import type { ScrubberProps } from "./props";
import { type Speed, usePlayback } from "./use-playback";

const INSET = 8;
const TICK_TEXT = { fontSize: 11, fontVariantNumeric: "tabular-nums" } as const;
const SPEEDS: { value: Speed; label: string }[] = [
  { value: "0.5", label: "0.5×" },
  { value: "1", label: "1×" },
  { value: "4", label: "4×" },
];

export function Scrubber({ run, labelOf, at, onAt, onExit }: ScrubberProps) {
  const timeline = timelineOf(run);
  const position = Math.min(at, timeline.length);
  const playback = usePlayback(position, timeline.length, onAt);
  const step = (direction: -1 | 1) => {
    playback.pause();
    onAt(neighbour(timeline, position, direction));
  };
  const icon = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;
  return (
    <section
      aria-label={`Replay of run ${run.number}`}
      className="flex-none border-t border-line bg-surface pt-2 pr-5 pb-3 pl-4 max-tab:pr-3 max-tab:pl-3"
    >
      <div className="flex min-h-9 flex-wrap items-center gap-1">
        <IconButton label="Previous step" onClick={() => step(-1)}>
          <StepBack {...icon} />
        </IconButton>
        <IconButton label={playback.playing ? "Pause" : "Play"} onClick={playback.toggle} className="text-1">
          {playback.playing ? <Pause {...icon} /> : <Play {...icon} fill="currentColor" />}
        </IconButton>
        <IconButton label="Next step" onClick={() => step(1)}>
          <StepForward {...icon} />
        </IconButton>
        <span className="num px-2 text-md whitespace-nowrap">
          <b className="font-semibold">{duration(position)}</b>{" "}
          <span className="text-3">of {duration(timeline.length)}</span>
        </span>
        <span className="flex-1 max-tab:order-1" />
        <span className="pr-2 text-sm whitespace-nowrap text-3 max-tab:order-3 max-tab:flex-1">
          Recorded. Nothing is executed.
        </span>
        <span className="max-tab:order-4">
          <Segmented label="Speed" size="xs" value={playback.speed} onChange={playback.setSpeed} options={SPEEDS} />
        </span>
        <Button variant="plain" size="sm" onClick={onExit} className="!px-2 max-tab:order-2">
          Exit replay
        </Button>
      </div>
      <Legend timeline={timeline} />
      <Track
        timeline={timeline}
        at={position}
        text={`${duration(position)}${now(timeline, position, labelOf)}`}
        onAt={(next) => {
          playback.pause();
          onAt(next);
        }}
        onStep={step}
        onToggle={playback.toggle}
      />
    </section>
  );
}

const SOURCES = [
  { kind: "done", word: "Live" },
  { kind: "recorded", word: "Recorded" },
  { kind: "edited", word: "Edited" },
] as const;

/** What the bars' shapes mean, where there is more than one shape. */
const Legend = memo(function Legend({ timeline }: { timeline: Timeline }) {
  const kinds = new Set(timeline.bars.map((bar) => bar.kind));
  if (!kinds.has("recorded") && !kinds.has("edited")) return null;
  return (
    <ul aria-label="Bars" className="flex gap-4 pl-2 text-xs text-2">
      {SOURCES.filter(({ kind }) => kinds.has(kind)).map(({ kind, word }) => (
        <li key={kind} className="flex items-center gap-1.5">
          <svg width="18" height="5" aria-hidden="true">
            <BarSample kind={kind} />
          </svg>
          {word}
        </li>
      ))}
    </ul>
  );
});

function neighbour({ marks, length }: Timeline, at: number, direction: -1 | 1): number {
  // The first moment of a step belongs to it, so one lands just where it starts.
  if (direction === 1) return marks[countUpTo(marks, at + 0.5)] ?? length;
  return marks[countUpTo(marks, at - 0.5) - 1] ?? 0;
}

/** Names read out; more of them would not be listened to. */
const NAMED = 4;

function now({ bars }: Timeline, at: number, labelOf: (nodeId: string) => string): string {
  const names = new Set<string>();
  for (const bar of bars) {
    if (bar.from > at) break;
    if (bar.to > at) names.add(bar.step.node_id);
  }
  const first = [...names].slice(0, NAMED).map(labelOf);
  if (names.size > NAMED) first.push(`${names.size - NAMED} more`);
  return first.length === 0 ? "" : `: ${first.join(", ")}`;
}

interface TrackProps {
  timeline: Timeline;
  at: number;
  text: string;
  onAt: (at: number) => void;
  onStep: (direction: -1 | 1) => void;
  onToggle: () => void;
}

function Track({ timeline, at, text, onAt, onStep, onToggle }: TrackProps) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const axis = axisOf(timeline);
  const x = placeOn(timeline, width, INSET);
  const seek = (event: PointerEvent) => {
    const left = frame.current?.getBoundingClientRect().left ?? 0;
    const part = (event.clientX - left - INSET) / Math.max(1, width - 2 * INSET);
    onAt(Math.min(1, Math.max(0, part)) * timeline.length);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowRight") onStep(1);
    else if (event.key === "ArrowLeft") onStep(-1);
    else if (event.key === "Home") onAt(0);
    else if (event.key === "End") onAt(timeline.length);
    else if (event.key === " ") onToggle();
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={frame}
      role="slider"
      tabIndex={0}
      aria-label="Time in the run"
      aria-valuemin={0}
      aria-valuemax={Math.round(timeline.length)}
      aria-valuenow={Math.round(at)}
      aria-valuetext={text}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        seek(event);
      }}
      onPointerMove={(event) => event.buttons === 1 && seek(event)}
      className="relative mt-1 touch-none"
    >
      <Lanes timeline={timeline} width={width} inset={INSET} at={x(at)} />
      <svg width="100%" height={axis + 24} aria-hidden="true" className="relative block overflow-visible">
        <Axis timeline={timeline} width={width} />
        <path d={`M${x(at)} 0V${axis}`} stroke="var(--accent)" strokeWidth="2" />
        <circle cx={x(at)} cy={axis} r="6" fill="var(--accent)" stroke="var(--surface)" strokeWidth="2" />
      </svg>
    </div>
  );
}

/** Does not follow the cursor. */
const Axis = memo(function Axis({ timeline, width }: { timeline: Timeline; width: number }) {
  const axis = axisOf(timeline);
  const x = placeOn(timeline, width, INSET);
  return (
    <>
      <path d={`M${INSET} ${axis}H${Math.max(INSET, width - INSET)}`} stroke="var(--line-strong)" />
      <Ticks timeline={timeline} x={x} axis={axis} width={width} />
      {timeline.cuts.map((cut) => (
        <g key={cut.at}>
          <path
            d={`M${x(cut.at) - 3} ${axis + 5}l4 -10M${x(cut.at) + 1} ${axis + 5}l4 -10`}
            stroke="var(--text-3)"
            fill="none"
          />
          <text
            x={x(cut.at)}
            y={axis + 20}
            textAnchor={x(cut.at) > width - 80 ? "end" : "middle"}
            fill="var(--text-2)"
            style={TICK_TEXT}
          >
            {`+${duration(cut.hidden)}`}
            <title>{`${duration(cut.hidden)} of waiting left out`}</title>
          </text>
        </g>
      ))}
    </>
  );
});

/** Seconds that leave at least 56 px between their labels. */
function Ticks({
  timeline,
  x,
  axis,
  width,
}: {
  timeline: Timeline;
  x: (time: number) => number;
  axis: number;
  width: number;
}) {
  const span = Math.max(1, timeline.length);
  const fits = Math.max(1, Math.floor(width / 56));
  const units = [100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 3_600_000];
  const unit = units.find((value) => span / value <= fits) ?? span;
  const ticks = Array.from({ length: Math.floor(span / unit) + 1 }, (_, index) => index * unit);
  // What a cut stands for is named at its place; a second label would lie on it.
  const labelled = (time: number) => timeline.cuts.every((cut) => Math.abs(x(cut.at) - x(time)) > 80);
  return ticks.map((time) => (
    <g key={time}>
      <path d={`M${x(time)} ${axis}v6`} stroke="var(--line-strong)" />
      {labelled(time) && (
        <text
          x={x(time)}
          y={axis + 20}
          textAnchor={time === 0 ? "start" : x(time) > width - 24 ? "end" : "middle"}
          fill="var(--text-3)"
          style={TICK_TEXT}
        >
          {time >= 60_000 ? `${time / 60_000} min` : `${time / 1000} s`}
        </text>
      )}
    </g>
  ));
}

function useWidth(ref: React.RefObject<HTMLDivElement | null>): number {
  const [width, setWidth] = useState(600);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = () => setWidth(element.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return width;
}
