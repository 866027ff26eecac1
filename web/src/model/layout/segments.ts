/** What is drawn already: nodes that no edge may cross, and segments that other edges should not lie on. */
import { type Box, endX, endY, type Point } from "./types";

export interface Segment {
  from: Point;
  to: Point;
  edge: string;
  /** Edges from one port, and edges into one node, may share a line: they read as one that forks or joins. */
  source: string;
  target: string;
}

/** Room between an edge and the side of a node. */
export const CLEAR = 5;

export function hitsBox(a: Point, b: Point, box: Box, clear = CLEAR): boolean {
  return (
    Math.min(a.x, b.x) < endX(box) + clear &&
    Math.max(a.x, b.x) > box.x - clear &&
    Math.min(a.y, b.y) < endY(box) + clear &&
    Math.max(a.y, b.y) > box.y - clear
  );
}

/** The box around some points, wider by `dx` and `dy` on each side: what stands outside cannot matter to a line between them. */
export function windowAround(points: readonly Point[], dx: number, dy: number): Box {
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  const [x, y] = [Math.min(...xs) - dx, Math.min(...ys) - dy];
  return { x, y, w: Math.max(...xs) + dx - x, h: Math.max(...ys) + dy - y };
}

export function hitsAny(a: Point, b: Point, boxes: readonly Box[], clear = CLEAR): boolean {
  return boxes.some((box) => hitsBox(a, b, box, clear));
}

/** Pixels along which a piece would lie on (or within 5 px of) a foreign edge, and how many it would cross. */
export function conflicts(a: Point, b: Point, drawn: readonly Segment[], source: string, target: string) {
  let shared = 0;
  let crossings = 0;
  const vertical = a.x === b.x;
  for (const segment of drawn) {
    if (segment.source === source || segment.target === target) continue;
    const otherVertical = segment.from.x === segment.to.x;
    if (vertical === otherVertical) {
      const apart = vertical ? Math.abs(segment.from.x - a.x) : Math.abs(segment.from.y - a.y);
      if (apart >= 5) continue;
      const [lo, hi] = vertical ? span(a.y, b.y) : span(a.x, b.x);
      const [otherLo, otherHi] = vertical ? span(segment.from.y, segment.to.y) : span(segment.from.x, segment.to.x);
      shared += Math.max(0, Math.min(hi, otherHi) - Math.max(lo, otherLo));
    } else {
      const [v, va, vb] = vertical ? [a.x, a.y, b.y] : [segment.from.x, segment.from.y, segment.to.y];
      const [h, ha, hb] = vertical ? [segment.from.y, segment.from.x, segment.to.x] : [a.y, a.x, b.x];
      const [vLo, vHi] = span(va, vb);
      const [hLo, hHi] = span(ha, hb);
      if (v > hLo && v < hHi && h > vLo && h < vHi) crossings += 1;
    }
  }
  return { shared, crossings };
}

function span(a: number, b: number): [number, number] {
  return a < b ? [a, b] : [b, a];
}

export function segmentsOf(points: readonly Point[], edge: string, source: string, target: string): Segment[] {
  return points.slice(1).flatMap((to, index) => {
    const from = points[index];
    return from ? [{ from, to, edge, source, target }] : [];
  });
}

/** Drops points in the middle of a straight piece. */
export function simplified(points: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    const last = kept.at(-1);
    const beforeLast = kept.at(-2);
    if (last && last.x === point.x && last.y === point.y) continue;
    const straight =
      last &&
      beforeLast &&
      ((beforeLast.x === last.x && last.x === point.x) || (beforeLast.y === last.y && last.y === point.y));
    if (straight) kept.pop();
    kept.push(point);
  }
  return kept;
}
