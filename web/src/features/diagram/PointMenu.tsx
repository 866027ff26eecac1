"use client";
/** A menu at a point of the window. Loaded when the first one is opened. */
import * as Radix from "@radix-ui/react-dropdown-menu";
import { cn } from "@/ui/cn";
import { FLOATING } from "@/ui/floating";
import type { MenuEntry } from "./NodeMenu";

const ITEM =
  "flex h-8 cursor-default select-none items-center gap-4 rounded-md px-2 text-md text-1 outline-none data-highlighted:bg-hover max-tab:h-11";

interface Props {
  at: { x: number; y: number };
  entries: readonly MenuEntry[];
  onClose: () => void;
}

export default function PointMenu({ at, entries, onClose }: Props) {
  return (
    <Radix.Root open modal={false} onOpenChange={(open) => !open && onClose()}>
      <Radix.Trigger asChild>
        <span aria-hidden="true" className="pointer-events-none fixed size-0" style={{ left: at.x, top: at.y }} />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align="start"
          sideOffset={2}
          collisionPadding={8}
          onCloseAutoFocus={(event) => event.preventDefault()}
          className={cn(FLOATING, "min-w-44 p-1")}
        >
          {entries.map((entry) => (
            <Radix.Item key={entry.label} onSelect={entry.onSelect} className={ITEM}>
              <span className="min-w-0 flex-1 truncate">{entry.label}</span>
              {entry.hint && <span className="text-xs text-3">{entry.hint}</span>}
            </Radix.Item>
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
