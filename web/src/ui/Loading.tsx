"use client";
/** Loading: nothing for 200 ms, then quiet bars in the final shape, without shimmer. */
import { useEffect, useState } from "react";
import { cn } from "./cn";

export function useLate(ms = 200): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return late;
}

interface Props {
  /** Widths of the bars in percent, top to bottom. */
  widths?: number[];
  /** What is loading, for screen readers. */
  label: string;
  className?: string;
}

export function LoadingBars({ widths = [72, 94, 58], label, className }: Props) {
  const late = useLate();
  return (
    <div role="status" aria-label={label} className={cn("grid gap-2.5", className)}>
      {late &&
        widths.map((width, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the bars are fixed and alike
          <span key={index} className="block h-2 rounded-sm bg-active" style={{ width: `${width}%` }} />
        ))}
    </div>
  );
}
