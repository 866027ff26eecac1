"use client";
/** The chat's runs: newest first, filtered by state; the shown one with its result and a way to play it back. */
import { ChevronDown, Play, RotateCcw, X } from "lucide-react";
import { useState } from "react";
import { clock, duration } from "@/model/format";
import { hasEnded, type RunStatus, type RunSummary, type RunView } from "@/model/run";
import { Button, IconButton } from "@/ui/Button";
import { cn } from "@/ui/cn";
import { LoadingBars } from "@/ui/Loading";
import { Menu, MenuChoices } from "@/ui/Menu";
import { Notice } from "@/ui/Notice";
import { type GlyphState, StateGlyph } from "@/ui/StateGlyph";
import type { RunsPanelProps } from "./props";
import { RunResult } from "./RunResult";

const GLYPHS: Record<RunStatus, GlyphState> = {
  queued: "waiting",
  running: "running",
  waiting: "waiting",
  done: "done",
  failed: "failed",
  cancelled: "skipped",
};

const WORDS: Record<RunStatus, string> = {
  queued: "Queued",
  running: "Running",
  waiting: "Waiting",
  done: "Done",
  failed: "Failed",
  cancelled: "Cancelled",
};

const FILTERS: { value: RunStatus | "all"; label: string }[] = [
  { value: "all", label: "All runs" },
  ...(["running", "waiting", "done", "failed", "cancelled"] as const).map((value) => ({ value, label: WORDS[value] })),
];

export function RunsPanel(props: RunsPanelProps) {
  const { runs, error, filter, shown } = props;
  return (
    <>
      <header className="flex h-12 flex-none items-center gap-1 pr-2 pl-4">
        <h3 className="min-w-0 flex-1 text-md font-semibold">Runs</h3>
        <Menu
          trigger={
            <Button variant="plain" size="xs">
              {FILTERS.find((option) => option.value === filter)?.label}
              <ChevronDown size={14} strokeWidth={1.75} aria-hidden="true" />
            </Button>
          }
        >
          <MenuChoices
            value={filter}
            onChange={(value) => props.onFilter(value as RunStatus | "all")}
            choices={FILTERS}
          />
        </Menu>
        <IconButton label="Close" size="sm" onClick={props.onClose}>
          <X size={16} strokeWidth={1.75} aria-hidden="true" />
        </IconButton>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto pb-3">
        {error !== null && (
          <Notice
            title="The runs could not be loaded."
            className="mx-3"
            action={
              <Button variant="plain" size="xs" onClick={props.onRetry}>
                Try again
              </Button>
            }
          >
            {error}
          </Notice>
        )}
        {runs === null && error === null && (
          <LoadingBars label="Runs are loading" widths={[80, 60, 90, 50]} className="px-4 py-2" />
        )}
        {runs?.length === 0 && (
          <p className="px-4 py-2 text-md text-pretty text-3">
            {filter === "all" ? "Runs of this chat will be listed here, newest first." : "No run is in this state."}
          </p>
        )}
        <ul className="px-2">
          {runs?.map((run) => (
            <li key={run.id}>
              <RunRow run={run} on={run.id === shown?.id} onPick={() => props.onPick(run.id)} />
            </li>
          ))}
        </ul>
        {props.hasMore && (
          <Button variant="plain" size="sm" onClick={props.onMore} className="mx-3 mt-1">
            Show earlier runs
          </Button>
        )}
        {shown && (
          <div className="mt-2 border-t border-line px-4 pt-4">
            <RunResult run={shown} onCitation={props.onCitation} />
          </div>
        )}
      </div>
      {shown && <RunActions {...props} shown={shown} />}
    </>
  );
}

function RunActions({ shown, replaying, onReplay, onAgain, onLeave }: RunsPanelProps & { shown: RunView }) {
  const [starting, setStarting] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const again = async () => {
    setStarting(true);
    setRefused(null);
    try {
      await onAgain(shown);
    } catch (reason) {
      setRefused(reason instanceof Error ? reason.message : String(reason));
    }
    setStarting(false);
  };
  const ended = hasEnded(shown.status) && !replaying;
  return (
    <footer className="flex-none border-t border-line px-4 py-3">
      {refused && (
        <p role="alert" className="mb-2 text-sm text-pretty text-failed">
          {refused}
        </p>
      )}
      <div className="flex items-center gap-2">
        {ended && (
          <>
            <Button variant="line" size="sm" onClick={() => onReplay(shown.id)} className="flex-1">
              <RotateCcw size={14} strokeWidth={1.75} aria-hidden="true" />
              Replay
            </Button>
            <Button
              variant="line"
              size="sm"
              disabled={starting}
              onClick={() => void again()}
              title="Starts a new run with the same input"
              className="flex-1"
            >
              <Play size={14} strokeWidth={1.75} aria-hidden="true" />
              Run again
            </Button>
          </>
        )}
        {!ended && (
          <Button variant="line" size="sm" onClick={onLeave} className="flex-1">
            Leave the run
          </Button>
        )}
      </div>
    </footer>
  );
}

function RunRow({ run, on, onPick }: { run: RunSummary; on: boolean; onPick: () => void }) {
  const took =
    run.started_at && run.finished_at ? duration(Date.parse(run.finished_at) - Date.parse(run.started_at)) : null;
  return (
    <button
      type="button"
      aria-current={on ? "true" : undefined}
      onClick={onPick}
      className={cn(
        "grid w-full grid-cols-[16px_1fr_auto] items-center gap-x-2.5 rounded-md px-2 py-2 text-left max-tab:py-3",
        on ? "bg-active" : "hover:bg-hover",
      )}
    >
      <StateGlyph state={GLYPHS[run.status]} />
      <span className={cn("truncate text-md leading-[18px]", on && "font-medium")}>Run {run.number}</span>
      <time dateTime={run.created_at} className="num text-xs text-3" title={took ? `Took ${took}` : undefined}>
        {clock(run.created_at)}
      </time>
      <span className={cn("col-span-2 col-start-2 truncate text-sm leading-4", on ? "text-2" : "text-3")}>
        {run.status === "cancelled" ? `Cancelled${took ? ` after ${took}` : ""}` : run.input_text || "No input"}
      </span>
    </button>
  );
}
