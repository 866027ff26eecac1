"use client";
/** Where one says what should happen: Enter sends, Shift+Enter makes a line. The text stays until the server has taken it. */
import { ArrowUp, ChevronDown, Square } from "lucide-react";
import { type KeyboardEvent, type ReactNode, type RefObject, useLayoutEffect } from "react";
import { cn } from "@/ui/cn";
import { Menu, MenuChoices } from "@/ui/Menu";

interface Props {
  text: string;
  onText: (text: string) => void;
  onSend: () => void;
  /** Given while a reply streams: Stop takes the place of Send. */
  onStop: (() => void) | null;
  sending: boolean;
  placeholder: string;
  /** Above the box: that a message branches off, or why the last was not taken. */
  note: ReactNode;
  meter: ReactNode;
  planner: { value: string; onChange: (value: string) => void; choices: PlannerOption[] };
  field: RefObject<HTMLTextAreaElement | null>;
}

export interface PlannerOption {
  value: string;
  label: string;
  detail?: string;
}

const SHORTEST = 56;
const TALLEST = 180;

export function Composer({ text, onText, onSend, onStop, sending, placeholder, note, meter, planner, field }: Props) {
  const empty = text.trim() === "";
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = "0";
    element.style.height = `${Math.min(Math.max(element.scrollHeight, SHORTEST), TALLEST)}px`;
  }, [text, field]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.ctrlKey || event.metaKey || event.nativeEvent.isComposing)
      return;
    event.preventDefault();
    if (!empty && !sending && onStop === null) onSend();
  };
  const chosen = planner.choices.find((choice) => choice.value === planner.value) ?? planner.choices[0];

  return (
    <div className="flex-none px-5 pb-5 max-tab:px-3 max-tab:pb-3">
      {note}
      <div className="rounded-xl border border-line-strong bg-raised shadow-card transition-colors duration-(--motion-fast) focus-within:border-text-3">
        <textarea
          ref={field}
          aria-label="Message"
          value={text}
          placeholder={placeholder}
          rows={1}
          enterKeyHint="send"
          onChange={(event) => onText(event.target.value)}
          onKeyDown={onKeyDown}
          className="block w-full resize-none bg-transparent px-3.5 pt-3 pb-1 text-lg outline-none max-tab:text-xl"
          style={{ minHeight: SHORTEST, maxHeight: TALLEST }}
        />
        <div className="flex items-center gap-2 px-2 pb-2">
          <Menu
            align="start"
            side="top"
            trigger={
              <button
                type="button"
                aria-label={`Planner: ${chosen?.label ?? "Auto"}`}
                className="inline-flex h-7 min-w-0 flex-none items-center gap-1 rounded-md px-1.5 text-sm font-medium text-2 hover:bg-hover hover:text-1 max-tab:h-10"
              >
                <span className="max-w-36 truncate">{chosen?.label ?? "Auto"}</span>
                <ChevronDown size={14} strokeWidth={1.75} aria-hidden="true" />
              </button>
            }
          >
            <MenuChoices value={planner.value} onChange={planner.onChange} choices={planner.choices} />
          </Menu>
          <span className="flex min-w-0 flex-1 justify-end">{meter}</span>
          {onStop ? (
            <button
              type="button"
              aria-label="Stop the reply"
              title="Stop the reply (Esc)"
              onClick={onStop}
              className="grid size-7 flex-none place-items-center rounded-md bg-(--text-1) text-(--surface) max-tab:size-10"
            >
              <Square size={10} fill="currentColor" aria-hidden="true" />
            </button>
          ) : (
            <button
              type="button"
              aria-label="Send"
              title={empty ? "Write something to send" : "Send (Enter)"}
              disabled={empty || sending}
              onClick={onSend}
              className={cn(
                "grid size-7 flex-none place-items-center rounded-md bg-active text-2 hover:text-1 max-tab:size-10",
                !empty && "text-1",
              )}
            >
              <ArrowUp size={16} strokeWidth={1.75} aria-hidden="true" />
            </button>
          )}
        </div>
      </div>
    </div>
  );
}
