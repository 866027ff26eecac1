/** A notice at the place it concerns: what happened, what is kept, one action. */
import { CircleAlert, Info, type LucideIcon, WifiOff } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "./cn";

interface Props {
  kind?: "error" | "info" | "offline";
  /** The first words, strong: what happened. */
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
}

/** A message as a notice says it: its first sentence strong, the rest after it. */
export function told(message: string): { title: string; children: string } {
  const end = message.search(/[.!?:](?=\s)/) + 1;
  return end === 0
    ? { title: message, children: "" }
    : { title: message.slice(0, end), children: message.slice(end + 1) };
}

const ICONS: Record<NonNullable<Props["kind"]>, LucideIcon> = { error: CircleAlert, info: Info, offline: WifiOff };

export function Notice({ kind = "error", title, children, action, className }: Props) {
  const Icon = ICONS[kind];
  return (
    <div
      role={kind === "error" ? "alert" : "status"}
      className={cn(
        "flex items-start gap-2.5 rounded-lg border border-line bg-surface py-2 pr-1.5 pl-3 text-md text-2",
        className,
      )}
    >
      <Icon
        aria-hidden="true"
        size={16}
        strokeWidth={1.75}
        className={cn("mt-0.5 flex-none", kind === "error" ? "text-failed" : "text-3")}
      />
      <p className="min-w-0 flex-1 py-px text-pretty [overflow-wrap:anywhere]">
        <b className="font-medium text-1">{title}</b> {children}
      </p>
      {action}
    </div>
  );
}
