/** Boxes, directions and the sizes of the design, shared by everything that places or routes. All lengths are canvas pixels. */

export type Direction = "down" | "right";

/** x, y, width, height; absolute, also inside loops. */
export type SavedBox = [number, number, number, number];
export type SavedLayout = Partial<Record<Direction, Record<string, SavedBox>>>;

export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}
export type Boxes = ReadonlyMap<string, Box>;

export interface Point {
  x: number;
  y: number;
}

export const NODE_W = 184;
export const NODE_H = 56;
export const GAP = 36;
export const GAP_LABELLED = 60;
export const COLUMN_GAP = 24;
export const LOOP_HEADER = 40;
export const LOOP_PADDING = 12;
export const LABEL_H = 20;
/** Room between a label and the arrow's tip along the axis when the flow goes to the right. */
export const LABEL_ROOM = 40;

export const endX = (box: Box): number => box.x + box.w;
export const endY = (box: Box): number => box.y + box.h;
export const centreX = (box: Box): number => box.x + box.w / 2;
export const centreY = (box: Box): number => box.y + box.h / 2;

export function overlaps(a: Box, b: Box, margin = 0): boolean {
  return a.x < b.x + b.w + margin && b.x < a.x + a.w + margin && a.y < b.y + b.h + margin && b.y < a.y + a.h + margin;
}

export function moved(box: Box, dx: number, dy: number): Box {
  return { x: box.x + dx, y: box.y + dy, w: box.w, h: box.h };
}

export function bounds(boxes: Iterable<Box>): Box | null {
  let x = Number.POSITIVE_INFINITY;
  let y = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  for (const box of boxes) {
    x = Math.min(x, box.x);
    y = Math.min(y, box.y);
    right = Math.max(right, endX(box));
    bottom = Math.max(bottom, endY(box));
  }
  return x === Number.POSITIVE_INFINITY ? null : { x, y, w: right - x, h: bottom - y };
}

export function toSaved(boxes: Boxes): Record<string, SavedBox> {
  const saved: Record<string, SavedBox> = {};
  for (const [id, box] of boxes) saved[id] = [box.x, box.y, box.w, box.h];
  return saved;
}

export function fromSaved(saved: Record<string, SavedBox> | undefined): Map<string, Box> {
  return new Map(Object.entries(saved ?? {}).map(([id, [x, y, w, h]]) => [id, { x, y, w, h }]));
}

/** Wide panes flow to the right. Below 1.5 the columns of a branching diagram still fit side by side. */
export function directionFor(width: number, height: number): Direction {
  return width > height * 1.5 ? "right" : "down";
}
