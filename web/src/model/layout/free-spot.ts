/** Where a new node can stand without covering anything: the nearest free place to where one would look for it. */
import { type Box, COLUMN_GAP, endX, endY, overlaps, type Point } from "./types";

export interface Range {
  from: number;
  to: number;
}

/** Nodes of different branches may come this close along the axis. */
const TOUCH = 12;

/** Tries the given columns first, then every column beside something, nearest first, and at last the same columns further down. */
export function freeSpot(
  size: { w: number; h: number },
  centres: readonly number[],
  y: number,
  taken: readonly Box[],
  range: Range,
): Point {
  const first = centres[0] ?? size.w / 2;
  const wanted = centres.map((centre) => Math.round(centre - size.w / 2));
  const nearby = taken
    .filter((box) => box.y < y + size.h + TOUCH && endY(box) + TOUCH > y)
    .flatMap((box) => [endX(box) + COLUMN_GAP, box.x - COLUMN_GAP - size.w])
    .sort((a, b) => Math.abs(a + size.w / 2 - first) - Math.abs(b + size.w / 2 - first));
  const inside = [...wanted, ...nearby].filter((x) => x >= range.from - 0.5 && x + size.w <= range.to + 0.5);
  const columns = inside.length > 0 ? inside : [Math.round(first - size.w / 2)];
  const isFree = (x: number, top: number) => !taken.some((box) => overlaps({ x, y: top, ...size }, box, TOUCH - 1));
  for (const x of columns) if (isFree(x, y)) return { x, y };
  const below = taken
    .map((box) => endY(box) + TOUCH * 2)
    .filter((top) => top > y)
    .sort((a, b) => a - b);
  for (const top of below) for (const x of columns) if (isFree(x, top)) return { x, y: top };
  return { x: columns[0] ?? 0, y: below.at(-1) ?? y };
}
