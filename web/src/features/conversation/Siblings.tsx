"use client";
/** ‹ 2/3 ›: the variants of a message. Editing or answering again makes one, never a loss. */
import { ChevronLeft, ChevronRight } from "lucide-react";
import type { Message } from "@/model/message";
import { IconButton } from "@/ui/Button";

interface Props {
  message: Message;
  what: string;
  onSwitch: (siblingId: string) => void;
}

export function Siblings({ message, what, onSwitch }: Props) {
  const { siblings, id } = message;
  if (siblings.length < 2) return null;
  const at = siblings.indexOf(id);
  const previous = siblings[at - 1];
  const next = siblings[at + 1];
  return (
    <fieldset aria-label={`Versions of ${what}`} className="inline-flex items-center text-xs text-2">
      <IconButton
        label={`Previous version of ${what}`}
        size="xs"
        disabled={previous === undefined}
        onClick={() => previous !== undefined && onSwitch(previous)}
      >
        <ChevronLeft size={14} strokeWidth={1.75} aria-hidden="true" />
      </IconButton>
      <span className="num px-0.5">
        {at + 1}/{siblings.length}
      </span>
      <IconButton
        label={`Next version of ${what}`}
        size="xs"
        disabled={next === undefined}
        onClick={() => next !== undefined && onSwitch(next)}
      >
        <ChevronRight size={14} strokeWidth={1.75} aria-hidden="true" />
      </IconButton>
    </fieldset>
  );
}
