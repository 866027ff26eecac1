"use client";
/** Where a step comes from: the turn that made it, the one that changed it last, and on request each of them with what was asked for. */
import * as Popover from "@radix-ui/react-popover";
import { useState } from "react";
import { type NodeOrigin, useNodeHistory } from "@/api/messages";
import { longTime, shortTime } from "@/model/dates";
import { cn } from "@/ui/cn";
import { FLOATING } from "@/ui/floating";

interface Props {
  nodeId: string;
  shownId: string;
  editCount: number;
  onShowTurn: (messageId: string) => void;
}

export function Origin({ nodeId, shownId, editCount, onShowTurn }: Props) {
  const [open, setOpen] = useState(false);
  const history = useNodeHistory(shownId, editCount, nodeId).data ?? [];
  const made = history.find((each) => each.made) ?? null;
  const last = history.at(-1) ?? null;
  const changed = last !== made ? last : null;
  if (last === null) return null;
  const link = (entry: NodeOrigin, text: string, title: string) => (
    <button
      type="button"
      title={title}
      aria-label={`${title} turn ${entry.number}`}
      onClick={() => onShowTurn(entry.message_id)}
      className="font-medium text-accent"
    >
      {text}
    </button>
  );
  return (
    <>
      <span className="min-w-0 truncate">
        From {link(made ?? last, `turn ${(made ?? last).number}`, made ? "Made in" : "Changed in")}
        {changed && made && <>, then {link(changed, `turn ${changed.number}`, "Changed in")}</>}
      </span>
      <Popover.Root open={open} onOpenChange={setOpen}>
        <Popover.Trigger asChild>
          <button type="button" className="flex-none rounded-sm px-1 font-medium text-2 hover:text-1">
            Why?
          </button>
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content
            side="top"
            align="start"
            sideOffset={8}
            collisionPadding={12}
            aria-label="Where this step comes from"
            className={cn(FLOATING, "max-h-[min(60vh,420px)] w-80 overflow-y-auto p-1 text-md")}
          >
            <ol>
              {history.toReversed().map((entry) => (
                <li key={entry.message_id}>
                  <button
                    type="button"
                    onClick={() => {
                      setOpen(false);
                      onShowTurn(entry.message_id);
                    }}
                    className="block w-full rounded-md px-2.5 py-2 text-left hover:bg-hover"
                  >
                    <span className="flex items-baseline gap-2">
                      <b className="num font-medium">Turn {entry.number}</b>
                      <span className="min-w-0 flex-1 truncate text-sm text-2">{happened(entry)}</span>
                      <time
                        className="num flex-none text-xs text-3"
                        dateTime={entry.created_at}
                        title={longTime(new Date(entry.created_at))}
                      >
                        {shortTime(new Date(entry.created_at), new Date())}
                      </time>
                    </span>
                    <span className="mt-0.5 line-clamp-4 text-pretty text-2 [overflow-wrap:anywhere]">
                      {entry.asked === null ? "By hand, on the canvas." : `“${entry.asked}”`}
                    </span>
                  </button>
                </li>
              ))}
            </ol>
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
    </>
  );
}

function happened({ made, change }: NodeOrigin): string {
  if (made) return change?.detail ? `Added ${change.detail}` : "Added";
  return change?.detail ? `Changed: ${change.detail}` : "Changed";
}
