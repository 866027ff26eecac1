/** Routes as SVG: rounded right angles and an arrow that ends just before the node. */
import type { Point } from "./types";

const RADIUS = 8;
/** The arrow: 6 long, 8 wide, its tip 4 before the node. */
const TIP = 4;
const HEAD = 6;

function towards(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  if (length === 0) return from;
  return { x: from.x + ((to.x - from.x) * distance) / length, y: from.y + ((to.y - from.y) * distance) / length };
}

export function wirePath(points: readonly Point[], arrow = true): string {
  const last = points.at(-1);
  const beforeLast = points.at(-2);
  const first = points[0];
  if (!first || !last || !beforeLast) return "";
  const tail = arrow ? towards(last, beforeLast, TIP + HEAD) : last;
  const path = [...points.slice(0, -1), tail];
  let d = `M${first.x} ${first.y}`;
  for (let index = 1; index < path.length - 1; index += 1) {
    const [before, corner, after] = [path[index - 1], path[index], path[index + 1]];
    if (!before || !corner || !after) continue;
    const half = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y) / 2;
    const radius = Math.min(RADIUS, half(before, corner), half(corner, after));
    const enter = towards(corner, before, radius);
    const leave = towards(corner, after, radius);
    d += `L${enter.x} ${enter.y}Q${corner.x} ${corner.y} ${leave.x} ${leave.y}`;
  }
  return `${d}L${tail.x} ${tail.y}`;
}

export function headPath(points: readonly Point[]): string {
  const last = points.at(-1);
  const beforeLast = points.at(-2);
  if (!last || !beforeLast) return "";
  const tip = towards(last, beforeLast, TIP);
  const base = towards(last, beforeLast, TIP + HEAD + 1);
  const [nx, ny] = [(tip.y - base.y) / (HEAD + 1), (base.x - tip.x) / (HEAD + 1)];
  return `M${base.x + nx * 4} ${base.y + ny * 4}L${base.x - nx * 4} ${base.y - ny * 4}L${tip.x} ${tip.y}z`;
}
