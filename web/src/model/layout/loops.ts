/** How large a loop is: as large as its body asks, never smaller than it was. */
import type { Flow } from "./flow";
import { type Box, bounds, endX, endY } from "./types";

/** `was` keeps its size when the body shrinks: removing closes no gap. */
export function fitLoop(flow: Flow, id: string, boxes: ReadonlyMap<string, Box>, was: Box | null): Box {
  const body = bounds((flow.levels.get(id) ?? []).flatMap((inner) => boxes.get(inner) ?? []));
  if (!body) return was ?? { x: 0, y: 0, ...flow.size(id) };
  const { left, top, right, bottom } = flow.padding;
  const around = { x: body.x - left, y: body.y - top, w: body.w + left + right, h: body.h + top + bottom };
  if (!was) return around;
  const x = Math.min(was.x, around.x);
  const y = Math.min(was.y, around.y);
  return { x, y, w: Math.max(endX(was), endX(around)) - x, h: Math.max(endY(was), endY(around)) - y };
}
