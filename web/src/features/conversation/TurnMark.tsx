"use client";
/** The line above a turn: its number and time, and whether the diagram on the right is its. A click shows it. */
import { Workflow } from "lucide-react";
import { clock, longTime } from "@/model/dates";
import { cn } from "@/ui/cn";

interface Props {
  /** "Turn 3", "Question", "Edited by hand". */
  name: string;
  at: string;
  /** How it stands to the diagram; null says nothing (a reply that streams). */
  diagram: "shown" | "other" | "unchanged" | null;
  onShow: () => void;
}

export function TurnMark({ name, at, diagram, onShow }: Props) {
  const date = new Date(at);
  return (
    <div className="group/mark relative flex h-10 items-center gap-2 text-xs text-3">
      <b className="font-medium text-2">{name}</b>
      <time className="num" dateTime={at} title={longTime(date)}>
        {clock(date)}
      </time>
      <span aria-hidden="true" className="h-px flex-1 bg-line" />
      {diagram === "unchanged" && <span>Diagram unchanged</span>}
      {diagram === "shown" && (
        <span className="inline-flex items-center gap-1.5 font-medium text-accent" aria-current="true">
          <Workflow size={14} strokeWidth={1.75} aria-hidden="true" />
          Shown in diagram
        </span>
      )}
      {diagram === "other" && (
        <button
          type="button"
          onClick={onShow}
          className={cn(
            // Over the line, which is whole while nothing stands on it.
            "absolute right-0 inline-flex h-6 items-center gap-1.5 rounded-sm bg-surface pl-2 font-medium text-2 hover:text-accent",
            "opacity-0 focus-visible:opacity-100 group-hover/mark:opacity-100 pointer-coarse:opacity-100",
          )}
        >
          <Workflow size={14} strokeWidth={1.75} aria-hidden="true" />
          Show in diagram
        </button>
      )}
    </div>
  );
}
