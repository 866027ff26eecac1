/** The sign of a change: + ~ − on its tint, in the edit list (18 px) and on a node's corner (badge). */
import { cn } from "./cn";

export type SignKind = "added" | "changed" | "removed";

const PATHS: Record<SignKind, string> = {
  added: "M5 1.500v7M1.500 5h7",
  changed: "M1 6C2.200 3.600 3.600 3.600 5 5s2.800 1.400 4-1",
  removed: "M1.500 5h7",
};

const COLOURS: Record<SignKind, string> = {
  added: "text-added bg-added-tint",
  changed: "text-changed bg-changed-tint",
  removed: "text-removed bg-removed-tint",
};

export function Sign({ kind, badge = false, className }: { kind: SignKind; badge?: boolean; className?: string }) {
  return (
    <span
      role="img"
      aria-label={kind}
      className={cn(
        "grid size-[18px] flex-none place-items-center",
        badge ? "rounded-[5px] border border-current" : "rounded-sm",
        COLOURS[kind],
        className,
      )}
    >
      <svg
        width="10"
        height="10"
        viewBox="0 0 10 10"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.75"
        strokeLinecap="round"
        aria-hidden="true"
      >
        <path d={PATHS[kind]} />
      </svg>
    </span>
  );
}
