/** Which part of the diagram the pane shows: fitting it, and moving just enough to show a node. */
import type { Viewport } from "@xyflow/react";
import type { Box } from "@/model/layout";

export interface Pane {
  width: number;
  height: number;
  /** Covered by the side panel. */
  right: number;
  /** Covered by the sheet of a phone. */
  bottom: number;
  /** The overview stands in the lower right corner. */
  overview: boolean;
}

export const MIN_ZOOM = 0.05;
export const MAX_ZOOM = 2;
/** Chips above, controls below. */
const TOP = 60;
const BOTTOM = 64;
const SIDE = 20;
/** Side of the overview and its distance from the edges, with a little air. */
const OVERVIEW = 96 + 20 + 12;
/** A diagram this large opens where it begins: all of it would be too small to read. */
export const READABLE = 0.45;

export function fitted(bounds: Box, pane: Pane, whole: boolean): Viewport {
  const free = fittedInto(bounds, pane, { right: SIDE, bottom: BOTTOM }, whole);
  const right = pane.width - pane.right - OVERVIEW;
  const bottom = pane.height - pane.bottom - OVERVIEW;
  const covered =
    pane.overview &&
    free.x + (bounds.x + bounds.w) * free.zoom > right &&
    free.y + (bounds.y + bounds.h) * free.zoom > bottom;
  if (!covered) return free;
  const beside = fittedInto(bounds, pane, { right: OVERVIEW, bottom: BOTTOM }, whole);
  const above = fittedInto(bounds, pane, { right: SIDE, bottom: OVERVIEW }, whole);
  return beside.zoom > above.zoom ? beside : above;
}

function fittedInto(bounds: Box, pane: Pane, keep: { right: number; bottom: number }, whole: boolean): Viewport {
  const width = Math.max(80, pane.width - pane.right - SIDE - keep.right);
  const height = Math.max(80, pane.height - pane.bottom - TOP - keep.bottom);
  const exact = Math.min(1, width / Math.max(1, bounds.w), height / Math.max(1, bounds.h));
  const zoom = Math.max(whole ? MIN_ZOOM : READABLE, exact);
  const spareX = width - bounds.w * zoom;
  const spareY = height - bounds.h * zoom;
  return {
    zoom,
    x: SIDE + spareX / 2 - bounds.x * zoom,
    y: TOP + Math.max(0, spareY / 2) - bounds.y * zoom,
  };
}

/** The smallest move that brings a box into the free part of the pane; null: it is there. */
export function revealed(box: Box, view: Viewport, pane: Pane): Viewport | null {
  const left = box.x * view.zoom + view.x;
  const top = box.y * view.zoom + view.y;
  const right = left + box.w * view.zoom;
  const bottom = top + box.h * view.zoom;
  const dx = shift(left, right, 12, pane.width - pane.right - 12);
  const dy = shift(top, bottom, 12, pane.height - pane.bottom - 12);
  return dx === 0 && dy === 0 ? null : { ...view, x: view.x + dx, y: view.y + dy };
}

function shift(from: number, to: number, least: number, most: number): number {
  if (from < least) return least - from;
  if (to > most) return Math.max(most - to, least - from);
  return 0;
}
