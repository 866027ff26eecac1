"use client";
/** A run under the turn it was started from: how far it is, and its answer with citations. */
import { useEffect, useState } from "react";
import type { Citation } from "@/model/citation";
import { Button } from "@/ui/Button";
import { cn } from "@/ui/cn";
import { RichText } from "@/ui/RichText";
import { type GlyphState, StateGlyph } from "@/ui/StateGlyph";
import type { RunCardView } from "./props";

interface Props {
  run: RunCardView;
  onSeen: (runId: string) => void;
  onOpen: (runId: string) => void;
  onReplay: (runId: string) => void;
  onStep: (runId: string, nodeId: string) => void;
  onCitation: (citation: Citation) => void;
}

const GLYPHS: Record<RunCardView["status"], GlyphState> = {
  queued: "waiting",
  running: "running",
  waiting: "waiting",
  done: "done",
  failed: "failed",
  cancelled: "skipped",
};

const SEGMENTS = { waiting: "bg-active", running: "bg-running", done: "bg-done", failed: "bg-failed" };

function headline(run: RunCardView): string {
  const done = run.segments.filter((segment) => segment === "done").length;
  const at = Math.min(done + 1, run.segments.length);
  switch (run.status) {
    case "queued":
      return `Run ${run.number} is about to start`;
    case "running":
      return run.segments.length > 0 ? `Run ${run.number}, step ${at} of ${run.segments.length}` : `Run ${run.number}`;
    case "waiting":
      if (run.asksAt !== null) return `Run ${run.number} waits for a person`;
      return run.paused ? `Run ${run.number} is paused` : `Run ${run.number} waits`;
    case "done":
      return `Run ${run.number} finished`;
    case "failed":
      return `Run ${run.number} failed`;
    case "cancelled":
      return `Run ${run.number} was cancelled`;
  }
}

const SHORT = 600;

export function RunCard({ run, onSeen, onOpen, onReplay, onStep, onCitation }: Props) {
  const [whole, setWhole] = useState(false);
  const live = run.status === "queued" || run.status === "running" || run.status === "waiting";
  useEffect(() => {
    if (run.status === "done") onSeen(run.id);
  }, [run.status, run.id, onSeen]);
  const text = run.answer?.text ?? "";
  const cut = !whole && text.length > SHORT;
  const citationOf = (marker: number) => {
    const citation = run.answer?.citations.find((each, index) => (each.marker ?? index + 1) === marker);
    return citation ? () => onCitation(citation) : null;
  };
  return (
    <section aria-label={`Run ${run.number}`} className="mt-3 rounded-lg border border-line py-2.5 pr-2 pl-3">
      <div className="flex min-h-7 items-center gap-2">
        <StateGlyph state={GLYPHS[run.status]} decorative />
        <button
          type="button"
          onClick={() => onOpen(run.id)}
          className="num min-w-0 flex-1 truncate text-left font-medium hover:text-accent"
        >
          {headline(run)}
        </button>
        {run.seconds !== null && <span className="num text-3">{run.seconds.toFixed(1)} s</span>}
        {run.status === "waiting" && run.asksAt !== null && (
          <Button size="xs" onClick={() => onStep(run.id, run.asksAt ?? "")}>
            Show step
          </Button>
        )}
        {!live && (
          <Button variant="plain" size="xs" onClick={() => onReplay(run.id)}>
            Replay
          </Button>
        )}
      </div>
      {run.asked !== "" && (
        <p className="truncate pl-6 text-sm text-2" title={run.asked}>
          {run.asked}
        </p>
      )}
      {live && run.segments.length > 0 && (
        <div aria-hidden="true" className="mt-2 mr-1 flex gap-1">
          {run.segments.map((segment, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: one bar per step, in a fixed order
            <i key={index} className={cn("h-1 flex-1 rounded-[2px]", SEGMENTS[segment])} />
          ))}
        </div>
      )}
      {run.error !== null && <p className="mt-1.5 pr-1 pl-6 text-pretty text-sm text-failed">{run.error}</p>}
      {run.answer && text !== "" && (
        <div className="mt-2 border-t border-line pt-2.5 pr-1 pb-1">
          <RichText text={cut ? `${text.slice(0, SHORT)} …` : text} onMarker={citationOf} />
          <div className="mt-1.5 flex items-center gap-2 text-xs text-3">
            {run.answer.builtIn && <span>Written by the built-in writer</span>}
            {text.length > SHORT && (
              <Button variant="plain" size="xs" className="ml-auto" onClick={() => setWhole(!whole)}>
                {whole ? "Show less" : "Show all"}
              </Button>
            )}
          </div>
        </div>
      )}
    </section>
  );
}
