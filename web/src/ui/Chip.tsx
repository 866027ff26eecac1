/** A suggestion: one click sends it. */
import type { ButtonHTMLAttributes } from "react";
import { cn } from "./cn";

export function Chip({ className, ...rest }: ButtonHTMLAttributes<HTMLButtonElement>) {
  return (
    <button
      type="button"
      className={cn(
        "inline-flex min-h-7 max-w-full items-center rounded-full border border-line-strong px-[11px] py-[5px] text-left text-sm text-2 hover:bg-hover hover:text-1 disabled:opacity-45 max-tab:min-h-11",
        className,
      )}
      {...rest}
    />
  );
}
