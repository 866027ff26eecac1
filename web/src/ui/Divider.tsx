"use client";
/** The border between two panes: 8 px to take hold of, 1 px to see. Arrows move it, a double click resets it. */
import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { cn } from "./cn";

interface Props {
  label: string;
  /** Width of the pane before it, in percent. */
  value: number;
  /** The percent asked for; the owner clamps it. */
  onChange: (percent: number) => void;
  onReset: () => void;
  /** Called with `true` while the border is held. */
  onHold?: (held: boolean) => void;
}

const STEP = 2;

export function Divider({ label, value, onChange, onReset, onHold }: Props) {
  const [held, setHeld] = useState(false);
  const from = useRef({ x: 0, value: 0, total: 1 });

  const hold = (next: boolean) => {
    setHeld(next);
    onHold?.(next);
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const total = event.currentTarget.parentElement?.clientWidth ?? 1;
    from.current = { x: event.clientX, value, total };
    hold(true);
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    if (!held) return;
    onChange(from.current.value + ((event.clientX - from.current.x) / from.current.total) * 100);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowLeft") onChange(value - STEP);
    else if (event.key === "ArrowRight") onChange(value + STEP);
    else if (event.key === "Home") onReset();
    else return;
    event.preventDefault();
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that moves is a widget; <hr> is not
    <div
      role="separator"
      aria-label={label}
      aria-orientation="vertical"
      aria-valuenow={Math.round(value)}
      aria-valuemin={0}
      aria-valuemax={100}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => hold(false)}
      onPointerCancel={() => hold(false)}
      onDoubleClick={onReset}
      onKeyDown={onKeyDown}
      className={cn(
        "relative z-10 -mx-1 w-2 flex-none cursor-col-resize touch-none select-none",
        "after:absolute after:inset-y-0 after:left-1/2 after:w-px after:bg-transparent after:transition-colors after:duration-(--motion-fast)",
        "hover:after:bg-line-strong focus-visible:outline-offset-[-2px]",
        held && "after:!bg-accent",
      )}
    />
  );
}
