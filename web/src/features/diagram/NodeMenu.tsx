"use client";
/** The menu of the right mouse button (or a long press): what can be done with the node, the edge or the canvas under it. */
import * as Radix from "@radix-ui/react-context-menu";
import type { ReactNode } from "react";
import { cn } from "@/ui/cn";
import { FLOATING } from "@/ui/Menu";

export interface MenuEntry {
  label: string;
  hint?: string;
  onSelect: () => void;
}

const ITEM =
  "flex h-8 cursor-default select-none items-center gap-4 rounded-md px-2 text-md text-1 outline-none data-highlighted:bg-hover max-tab:h-11";

interface Props {
  entries: readonly MenuEntry[];
  onOpenAt: (target: EventTarget) => void;
  children: ReactNode;
}

export function NodeMenu({ entries, onOpenAt, children }: Props) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild onContextMenu={(event) => onOpenAt(event.target)}>
        {children}
      </Radix.Trigger>
      {entries.length > 0 && (
        <Radix.Portal>
          <Radix.Content collisionPadding={8} className={cn(FLOATING, "min-w-44 p-1")}>
            {entries.map((entry) => (
              <Radix.Item key={entry.label} onSelect={entry.onSelect} className={ITEM}>
                <span className="min-w-0 flex-1 truncate">{entry.label}</span>
                {entry.hint && <span className="text-xs text-3">{entry.hint}</span>}
              </Radix.Item>
            ))}
          </Radix.Content>
        </Radix.Portal>
      )}
    </Radix.Root>
  );
}
