"use client";
/** Whose work a reply is and what it cost, with one click to ask the other planner the same. */
import type { Message } from "@/model/message";
import { spent } from "./Meter";

interface Props {
  message: Message;
  /** The model to ask in place of the built-in planner; null: none is set up. */
  model: string | null;
  /** Null while a reply streams. */
  onAsk: ((message: Message, planner: string) => void) | null;
}

export function AnsweredBy({ message, model, onAsk }: Props) {
  const other = message.planner === "builtin" ? model : message.planner === "model" ? "builtin" : null;
  const name = other === "builtin" ? "the built-in planner" : other;
  return (
    <span className="num ml-auto flex min-w-0 items-center gap-2 pl-3 text-xs whitespace-nowrap text-3">
      {onAsk && other && (
        <button
          type="button"
          title="The same question, answered once more beside this reply"
          onClick={() => onAsk(message, other)}
          className="truncate font-medium text-2 opacity-0 hover:text-accent focus-visible:opacity-100 group-hover/reply:opacity-100 pointer-coarse:opacity-100"
        >
          Ask {name}
        </button>
      )}
      <span className="truncate">{spent(message)}</span>
    </span>
  );
}
