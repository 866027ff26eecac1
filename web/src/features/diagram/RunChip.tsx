"use client";
/** Above the canvas in place of the turn's marks: which run is on the diagram, how it stands, and the way back. */
import { X } from "lucide-react";
import type { RunStatus, RunView } from "@/model/run";
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
  onLeave: () => void;
}

export function RunChip({ run, replaying, onLeave }: Props) {
  const { glyph, word } = STATES[run.status];
  return (
    <div
      role="status"
      className="absolute top-3 left-5 z-10 flex h-8 items-center gap-2 rounded-lg border border-line bg-surface pr-1 pl-2.5 text-sm text-2 shadow-card max-tab:left-3"
    >
      <StateGlyph state={glyph} still={replaying} decorative />
      <span className="num whitespace-nowrap">
        Run {run.number}, {replaying ? `replay, ${word}` : word}
      </span>
      <IconButton label="Leave the run" size="xs" onClick={onLeave} className="max-tab:!size-7">
        <X size={14} strokeWidth={1.75} aria-hidden="true" />
      </IconButton>
    </div>
  );
}
