"use client";
/** The viewport follows the diagram only where it must: at first sight, when new nodes would be out of sight, and on request. */
import { useReactFlow, useStore } from "@xyflow/react";
import { useCallback, useEffect, useLayoutEffect, useRef } from "react";
import { type Boxes, bounds } from "@/model/layout";
import { fitted, type Pane, READABLE, revealed } from "./view";

interface Asked {
  /** Changes with the chat, the preview and the direction: then the diagram is shown from the start. */
  viewKey: string;
  boxes: Boxes | null;
  pane: Pane | null;
  /** The message whose diagram this is. */
  messageId: string | null;
  /** A reply draws this diagram from nothing: all of it stays in sight, also for the places that are found after its end. */
  growing: boolean;
  /** The selected node: it must not lie under the panel. */
  selected: string | null;
  /** Counts up when a node is asked for, also the one that is selected. */
  visit: number;
  /** The node at which a run waits for a person: it must be seen. */
  asking: string | null;
}

/** In a straight line: React Flow's own way of moving zooms out and in again. */
const MOVE = { duration: 280, interpolate: "linear" } as const;
/** Labels of 13 px are 10 px high at this zoom. */
const LEGIBLE = 0.75;
/** Below a node that asks: the buttons that answer. */
const ASK_ROOM = 48;
const JUMP = { duration: 0 } as const;

export function useView({ viewKey, boxes, pane, messageId, growing, selected, visit, asking }: Asked) {
  const flow = useReactFlow();
  // A new one begins at the origin: React Flow makes it when it appears, and again when React reconnects its effects.
  const viewport = useStore((state) => state.panZoom);
  const shownIn = useRef<typeof viewport>(null);
  const shownKey = useRef<string | null>(null);
  const known = useRef<Boxes | null>(null);
  const grown = useRef<string | null>(null);
  // Whoever has moved the diagram keeps the view chosen, until the next turn or until all of it is asked for.
  const movedBy = useRef<string | null>(null);
  const motion = useCallback(() => (window.matchMedia("(prefers-reduced-motion: reduce)").matches ? JUMP : MOVE), []);

  const showAll = useCallback(
    (animate: boolean, whole = true) => {
      const all = boxes && bounds(boxes.values());
      if (!all || !pane) return;
      flow.setViewport(fitted(all, pane, whole), animate ? motion() : JUMP);
    },
    [boxes, pane, flow, motion],
  );

  const reveal = useCallback(
    (nodeId: string) => {
      const box = boxes?.get(nodeId);
      const whole = box && nodeId === asking ? { ...box, h: box.h + ASK_ROOM } : box;
      const view = whole && pane && revealed(whole, flow.getViewport(), pane);
      if (view) flow.setViewport(view, motion());
    },
    [boxes, pane, asking, flow, motion],
  );

  const onMovedByHand = useCallback(() => {
    movedBy.current = messageId;
  }, [messageId]);

  useLayoutEffect(() => {
    if (growing) grown.current = messageId;
    else if (grown.current !== messageId) grown.current = null;
    if (!boxes || boxes.size === 0 || !pane || !viewport) return;
    if (shownKey.current !== viewKey || shownIn.current !== viewport) {
      shownKey.current = viewKey;
      shownIn.current = viewport;
      known.current = boxes;
      showAll(false, false);
      return;
    }
    const before = known.current;
    if (before === boxes) return;
    known.current = boxes;
    if (movedBy.current === messageId) return;
    if (grown.current !== null) {
      showAll(true);
      return;
    }
    const fresh = [...boxes].filter(([id]) => !before?.has(id)).map(([, box]) => box);
    const around = bounds(fresh);
    const all = bounds(boxes.values());
    const moved = around && revealed(around, flow.getViewport(), pane);
    if (!around || !all || !moved) return;
    const fits = around.w * flow.getZoom() < pane.width - pane.right && around.h * flow.getZoom() < pane.height;
    // What a turn adds out of sight brings all of the diagram into view where that can still be read.
    if (fitted(all, pane, true).zoom >= LEGIBLE || !fits) showAll(true);
    else flow.setViewport(moved, motion());
  }, [viewKey, viewport, boxes, pane, messageId, growing, showAll, flow, motion]);

  // Only when another node is selected, or asks: moving the diagram by hand must not be taken back.
  useOnce(selected, visit, reveal);
  useOnce(asking, 0, reveal);

  // The list of runs and a replay are about all of the diagram: it is fitted into what they leave, where it can still be read.
  const last = useRef<Pane | null>(null);
  useEffect(() => {
    const before = last.current;
    last.current = pane;
    const shrunk = before && pane && (pane.right > before.right || pane.height < before.height);
    const all = shrunk && !selected && boxes ? bounds(boxes.values()) : null;
    if (!all || !pane || !revealed(all, flow.getViewport(), pane)) return;
    if (fitted(all, pane, true).zoom >= READABLE) showAll(true);
  }, [pane, selected, boxes, flow, showAll]);

  const fit = useCallback(() => {
    movedBy.current = null;
    showAll(true);
  }, [showAll]);
  return { fit, reveal, onMovedByHand };
}

/** Shows a node when it becomes the one in question, not whenever the diagram changes around it. */
function useOnce(nodeId: string | null, time: number, reveal: (nodeId: string) => void): void {
  const last = useRef("");
  useEffect(() => {
    const now = nodeId === null ? "" : `${nodeId}/${time}`;
    if (now === last.current) return;
    last.current = now;
    if (nodeId) reveal(nodeId);
  }, [nodeId, time, reveal]);
}
