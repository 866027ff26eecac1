"use client";
/** The viewport follows the diagram only where it must: at first sight, when new nodes would be out of sight, and on request. */
import { useReactFlow, useStore } from "@xyflow/react";
import { useCallback, useEffect, useLayoutEffect, useRef } from "react";
import { type Boxes, bounds } from "@/model/layout";
import { fitted, type Pane, revealed } from "./view";

interface Asked {
  /** Changes with the chat, the preview and the direction: then the diagram is shown from the start. */
  viewKey: string;
  boxes: Boxes | null;
  pane: Pane | null;
  /** While a reply draws a new diagram, all of it stays in sight. */
  growing: boolean;
  /** The selected node: it must not lie under the panel. */
  selected: string | null;
}

const MOVE_MS = 280;

export function useView({ viewKey, boxes, pane, growing, selected }: Asked) {
  const flow = useReactFlow();
  // A new one begins at the origin: React Flow makes it when it appears, and again when React reconnects its effects.
  const viewport = useStore((state) => state.panZoom);
  const shownIn = useRef<typeof viewport>(null);
  const shownKey = useRef<string | null>(null);
  const known = useRef<Boxes | null>(null);
  const duration = useCallback(() => (window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : MOVE_MS), []);

  const showAll = useCallback(
    (animate: boolean, whole = true) => {
      const all = boxes && bounds(boxes.values());
      if (!all || !pane) return;
      flow.setViewport(fitted(all, pane, whole), { duration: animate ? duration() : 0 });
    },
    [boxes, pane, flow, duration],
  );

  const reveal = useCallback(
    (nodeId: string) => {
      const box = boxes?.get(nodeId);
      const view = box && pane && revealed(box, flow.getViewport(), pane);
      if (view) flow.setViewport(view, { duration: duration() });
    },
    [boxes, pane, flow, duration],
  );

  useLayoutEffect(() => {
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
    const fresh = [...boxes].filter(([id]) => !before?.has(id)).map(([, box]) => box);
    const around = bounds(fresh);
    if (growing) showAll(true);
    else if (around && revealed(around, flow.getViewport(), pane)) {
      const moved = revealed(around, flow.getViewport(), pane);
      const fits = around.w * flow.getZoom() < pane.width - pane.right && around.h * flow.getZoom() < pane.height;
      if (fits && moved) flow.setViewport(moved, { duration: duration() });
      else showAll(true);
    }
  }, [viewKey, viewport, boxes, pane, growing, showAll, flow, duration]);

  // Only when another node is selected: moving the diagram by hand must not be taken back.
  const lastSelected = useRef<string | null>(null);
  useEffect(() => {
    if (selected !== lastSelected.current) {
      lastSelected.current = selected;
      if (selected) reveal(selected);
    }
  }, [selected, reveal]);

  // The list of runs and a replay are about all of the diagram: where all of it fits into what they leave, it moves there.
  const last = useRef<Pane | null>(null);
  useEffect(() => {
    const before = last.current;
    last.current = pane;
    const shrunk = before && pane && (pane.right > before.right || pane.height < before.height);
    const all = shrunk && !selected && boxes ? bounds(boxes.values()) : null;
    if (!all || !pane) return;
    const zoom = flow.getZoom();
    const fits = all.w * zoom <= pane.width - pane.right - 24 && all.h * zoom <= pane.height - 24;
    const view = fits ? revealed(all, flow.getViewport(), pane) : null;
    if (view) flow.setViewport(view, { duration: duration() });
  }, [pane, selected, boxes, flow, duration]);

  return { showAll, reveal };
}
