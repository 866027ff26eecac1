"use client";
/** Where a node or the runs are shown: a panel over the canvas, and on the phone a sheet that peeks and opens. */
import { ChevronUp } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { cn } from "@/ui/cn";

export const PANEL_WIDTH = 272;
export const SHEET_PEEK = 76;

interface Props {
  label: string;
  compact: boolean;
  /** Shown first on the phone; null: the sheet opens at once. */
  peek: { title: string; line: string; icon: ReactNode } | null;
  /** Counts up when the sheet is to open whole. */
  opened?: number;
  onEscape: () => void;
  children: ReactNode;
}

export function Side({ label, compact, peek, opened = 0, onEscape, children }: Props) {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (opened > 0) setOpen(true);
  }, [opened]);
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    onEscape();
  };
  if (!compact) {
    return (
      <aside
        aria-label={label}
        onKeyDown={onKeyDown}
        style={{ width: PANEL_WIDTH }}
        className="absolute inset-y-0 right-0 z-20 flex flex-col border-l border-line bg-surface motion-safe:animate-[parley-fade_var(--motion-base)_var(--ease-out)]"
      >
        {children}
      </aside>
    );
  }
  const whole = open || peek === null;
  return (
    <aside
      aria-label={label}
      onKeyDown={onKeyDown}
      style={whole ? undefined : { height: SHEET_PEEK }}
      className={cn(
        "absolute inset-x-0 bottom-0 z-30 flex flex-col rounded-t-2xl border-t border-line bg-surface shadow-float",
        whole && "top-3",
      )}
    >
      <button
        type="button"
        aria-expanded={whole}
        aria-label={whole ? "Make the sheet small" : `Open ${label}`}
        onClick={() => (peek === null ? onEscape() : setOpen(!open))}
        className={cn(
          "relative flex flex-none items-center gap-2.5 pr-4 pl-4 text-left",
          whole ? "h-5" : "h-full pt-2",
        )}
      >
        <span
          aria-hidden="true"
          className="absolute top-1.5 left-1/2 h-1 w-8 -translate-x-1/2 rounded-full bg-(--line-strong)"
        />
        {!whole && peek && (
          <>
            {peek.icon}
            <span className="min-w-0 flex-1">
              <span className="block truncate text-md font-medium">{peek.title}</span>
              <span className="block truncate text-sm text-2">{peek.line}</span>
            </span>
            <ChevronUp size={16} strokeWidth={1.75} aria-hidden="true" className="flex-none text-2" />
          </>
        )}
      </button>
      {whole && <div className="flex min-h-0 flex-1 flex-col">{children}</div>}
    </aside>
  );
}
