"use client";
/** Keys of the diagram: arrows walk, Enter opens, Delete removes, Esc closes; undo and redo work from anywhere but a text field. */
import { type KeyboardEvent, type RefObject, useCallback, useEffect } from "react";
import type { Boxes, Direction } from "@/model/layout";
import type { WorkflowData } from "@/model/workflow";
import type { HandEdits } from "./use-hand-edits";
import { isArrow, nextNode } from "./walk";

interface Asked {
  stage: RefObject<HTMLElement | null>;
  workflow: WorkflowData | null;
  boxes: Boxes;
  direction: Direction;
  editable: boolean;
  hand: HandEdits;
  focused: string | null;
  selectedEdge: string | null;
  onFocus: (nodeId: string) => void;
  onRemoveNode: (nodeId: string) => void;
  onRemoveEdge: (edgeId: string) => void;
  onAdd: () => void;
  onEscape: () => boolean;
}

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

export function useDiagramKeys(asked: Asked): (event: KeyboardEvent) => void {
  const { hand, editable } = asked;
  useEffect(() => {
    if (!editable) return;
    const onKeyDown = (event: globalThis.KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || isTyping(event.target)) return;
      const key = event.key.toLowerCase();
      if (key === "z" && !event.shiftKey) hand.undo();
      else if ((key === "z" && event.shiftKey) || key === "y") hand.redo();
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [editable, hand.undo, hand.redo]);

  return useCallback(
    (event: KeyboardEvent) => {
      if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
      const { workflow, boxes, direction, focused } = asked;
      const onNode = event.target instanceof HTMLElement && event.target.dataset.node !== undefined;
      if (isArrow(event.key) && workflow && focused && onNode) {
        const next = nextNode(event.key, focused, workflow, boxes, direction);
        if (next) asked.onFocus(next);
      } else if ((event.key === "Delete" || event.key === "Backspace") && editable) {
        if (asked.selectedEdge) asked.onRemoveEdge(asked.selectedEdge);
        else if (onNode && focused) asked.onRemoveNode(focused);
        else return;
      } else if (event.key === "a" && editable && onNode) asked.onAdd();
      else if (event.key === "Escape") {
        if (!asked.onEscape()) return;
      } else return;
      event.preventDefault();
    },
    [asked, editable],
  );
}
