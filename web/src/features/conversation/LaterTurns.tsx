"use client";
/** The turns after the shown one, folded into a line. */
import { ChevronDown } from "lucide-react";

export function LaterTurns({ count, onUnfold }: { count: number; onUnfold: () => void }) {
  return (
    <button
      type="button"
      onClick={onUnfold}
      className="mt-3 flex h-8 w-full items-center gap-1.5 text-xs text-2 hover:text-1 max-tab:h-11"
    >
      <span className="num">{count === 1 ? "1 later turn" : `${count.toLocaleString("en")} later turns`}</span>
      <ChevronDown size={14} strokeWidth={1.75} aria-hidden="true" />
      <span aria-hidden="true" className="ml-0.5 h-px flex-1 bg-line" />
    </button>
  );
}
