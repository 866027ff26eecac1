"use client";
/** The chat's runs, newest first, page by page, only those near the screen drawn: there may be thousands. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { clock } from "@/model/format";
import type { RunSummary } from "@/model/run";
import { cn } from "@/ui/cn";
import { LoadingBars } from "@/ui/Loading";
import { StateGlyph } from "@/ui/StateGlyph";
import { costText, GLYPHS, originText, tookOf, WORDS } from "./run-words";

interface Props {
  runs: readonly RunSummary[];
  current: string | null;
  hasMore: boolean;
  loadingMore: boolean;
  onMore: () => void;
  onPick: (runId: string) => void;
  numberOf: (runId: string) => number | null;
  labelOf: (nodeId: string) => string;
}

/** Most rows are this high. */
export const ROW_HEIGHT = 68;
const AHEAD = 10;

export function RunList({ runs, current, hasMore, loadingMore, onMore, onPick, numberOf, labelOf }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: runs.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => runs[index]?.id ?? index,
    overscan: 8,
    paddingEnd: 8,
  });
  const items = virtualizer.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && !loadingMore && lastShown >= runs.length - AHEAD) onMore();
  }, [hasMore, loadingMore, onMore, lastShown, runs.length]);
  return (
    <div ref={scroller} className="h-full overflow-y-auto overscroll-contain px-2">
      <ul aria-label="Runs of this chat" className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {items.map((item) => {
          const run = runs[item.index];
          if (!run) return null;
          return (
            <li
              key={item.key}
              ref={virtualizer.measureElement}
              data-index={item.index}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <RunRow
                run={run}
                on={run.id === current}
                onPick={onPick}
                origin={originText(run, numberOf, labelOf)}
                failedAt={run.failed && failedAt(run.failed, labelOf)}
              />
            </li>
          );
        })}
      </ul>
      {loadingMore && <LoadingBars label="Loading earlier runs" widths={[60, 72]} className="px-2 py-3" />}
    </div>
  );
}

function failedAt({ node_id, path }: NonNullable<RunSummary["failed"]>, labelOf: (nodeId: string) => string): string {
  const turn =
    path === ""
      ? ""
      : `, item ${path
          .split(".")
          .map((index) => Number(index) + 1)
          .join(".")}`;
  return `${labelOf(node_id)}${turn}: `;
}

interface RowProps {
  run: RunSummary;
  on: boolean;
  onPick: (runId: string) => void;
  origin: string | null;
  failedAt: string | null;
}

function RunRow({ run, on, onPick, origin, failedAt }: RowProps) {
  const state = run.paused && run.status === "waiting" ? "Paused" : WORDS[run.status];
  const took = tookOf(run);
  const facts = [took, costText(run.usage)].filter(Boolean).join(", ");
  const outcome = run.error
    ? `${failedAt ?? ""}${run.error.message}`
    : (run.answer_text ?? (run.status === "done" ? "" : state));
  const quiet = on ? "text-2" : "text-3";
  return (
    <button
      type="button"
      aria-current={on ? "true" : undefined}
      aria-label={[`Run ${run.number}, ${state.toLowerCase()}`, run.input_text, origin, outcome, facts]
        .filter(Boolean)
        .join(". ")}
      onClick={() => onPick(run.id)}
      className={cn(
        "grid w-full grid-cols-[16px_1fr_auto] items-center gap-x-2.5 rounded-md px-2 py-2 text-left max-tab:py-3",
        on ? "bg-active" : "hover:bg-hover",
      )}
    >
      <StateGlyph state={GLYPHS[run.status]} decorative />
      <span className="flex min-w-0 items-baseline gap-2">
        <span className={cn("flex-none text-md leading-[18px]", on && "font-medium")}>Run {run.number}</span>
        <span className={cn("num truncate text-xs", quiet)}>{facts}</span>
      </span>
      <time dateTime={run.created_at} className={cn("num text-xs", quiet)}>
        {clock(run.created_at)}
      </time>
      <span className="col-span-2 col-start-2 truncate text-sm leading-4 text-2" title={run.input_text}>
        {origin ?? (run.input_text === "" ? "No input" : run.input_text)}
      </span>
      {outcome !== "" && (
        <span
          className={cn("col-span-2 col-start-2 truncate text-sm leading-4", run.error ? "text-failed" : quiet)}
          title={outcome}
        >
          {outcome}
        </span>
      )}
    </button>
  );
}
