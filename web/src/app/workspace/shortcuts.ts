"use client";
/** The workspace's keys. Undo, run and the arrows on the canvas belong to the diagram. */
import { useEffect, useRef } from "react";

export interface Shortcut {
  keys: string;
  does: string;
}

/** Everything that works by key, for the list that `?` opens. */
export const SHORTCUTS: Shortcut[] = [
  { keys: "Enter", does: "Send the message" },
  { keys: "Shift Enter", does: "New line in the message" },
  { keys: "Ctrl K", does: "Search chats, messages and steps" },
  { keys: "Alt N", does: "New chat" },
  { keys: "Ctrl B", does: "Show or hide the chats" },
  { keys: "Ctrl Enter", does: "Run the workflow" },
  { keys: "Ctrl Z", does: "Undo a change on the diagram" },
  { keys: "Ctrl Shift Z", does: "Redo it" },
  { keys: "Arrows", does: "Walk the steps of the diagram" },
  { keys: "Enter", does: "Open the selected step" },
  { keys: "Delete", does: "Remove the selected step" },
  { keys: "Esc", does: "Close the nearest panel" },
  { keys: "?", does: "This list" },
];

export interface Acts {
  search: () => void;
  newChat: () => void;
  toggleChats: () => void;
  help: () => void;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

export function useShortcuts(acts: Acts): void {
  const latest = useRef(acts);
  useEffect(() => {
    latest.current = acts;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const control = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
      const key = event.key.toLowerCase();
      if (control && key === "k") latest.current.search();
      else if (control && key === "b") latest.current.toggleChats();
      else if (event.altKey && !event.ctrlKey && event.code === "KeyN") latest.current.newChat();
      else if (event.key === "?" && !isTyping(event.target)) latest.current.help();
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}
