"use client";
/** Above the canvas in place of the turn's marks: which run is on the diagram, how it stands, and the way back. */
import { Pause, Play, X } from "lucide-react";
import { useState } from "react";
import { hasEnded, type RunStatus, type RunView } from "@/model/run";
import { sourcesText } from "@/model/run-place";
import { IconButton } from "@/ui/Button";
import { type GlyphState, StateGlyph } from "@/ui/StateGlyph";

const STATES: Record<RunStatus, { glyph: GlyphState; word: string }> = {
  queued: { glyph: "waiting", word: "queued" },
  running: { glyph: "running", word: "running" },
  waiting: { glyph: "waiting", word: "waiting" },
  done: { glyph: "done", word: "done" },
  failed: { glyph: "failed", word: "failed" },
  cancelled: { glyph: "skipped", word: "cancelled" },
};

interface Props {
  run: RunView;
  replaying: boolean;
  /** The number of the run it was started from, where it is known. */
  fromNumber: number | null;
  onPause: () => Promise<void>;
  onLeave: () => void;
}

export function RunChip({ run, replaying, fromNumber, onPause, onLeave }: Props) {
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const { glyph, word } = STATES[run.status];
  const state = run.paused && !hasEnded(run.status) ? (run.status === "waiting" ? "paused" : "pausing") : word;
  const sources = run.from_run_id === null ? "" : sourcesText(run);
  const from = fromNumber === null ? "from an earlier run" : `from run ${fromNumber}`;
  const pause = async () => {
    setBusy(true);
    setRefused(null);
    await onPause().catch((reason) => setRefused(reason instanceof Error ? reason.message : String(reason)));
    setBusy(false);
  };
  return (
    <div
      role="status"
      className="absolute top-3 left-5 z-10 flex min-h-8 max-w-[calc(100%-40px)] items-center gap-2 rounded-lg border border-line bg-surface pr-1 pl-2.5 text-sm text-2 shadow-card max-tab:left-3"
    >
      <StateGlyph state={glyph} still={replaying} decorative />
      <span className="num min-w-0 py-1">
        <span className="whitespace-nowrap">
          Run {run.number}, {replaying ? `replay, ${state}` : state}
        </span>
        {run.from_run_id !== null && (
          <span className="text-3">
            , {from}
            {sources && `: ${sources}`}
          </span>
        )}
        {refused && <span className="block text-pretty text-failed">{refused}</span>}
      </span>
      {!replaying && !hasEnded(run.status) && (
        <IconButton
          label={run.paused ? "Resume the run" : "Pause the run"}
          size="xs"
          disabled={busy}
          onClick={() => void pause()}
          className="max-tab:!size-7"
        >
          {run.paused ? (
            <Play size={14} strokeWidth={1.75} aria-hidden="true" />
          ) : (
            <Pause size={14} strokeWidth={1.75} aria-hidden="true" />
          )}
        </IconButton>
      )}
      <IconButton label="Leave the run" size="xs" onClick={onLeave} className="max-tab:!size-7">
        <X size={14} strokeWidth={1.75} aria-hidden="true" />
      </IconButton>
    </div>
  );
}
