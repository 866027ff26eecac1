/** Where the nodes that a turn removed are shown: at their old place, or beside it where something else stands there by now. */

import { toFlow } from "./flow";
import { freeSpot } from "./free-spot";
import { type Box, type Boxes, centreX, type Direction } from "./types";

export function ghostBoxes(
  removed: readonly string[],
  before: Boxes,
  now: Boxes,
  direction: Direction,
): Map<string, Box> {
  const old = toFlow(before, direction);
  const taken = [...toFlow(now, direction).values()];
  const ghosts = new Map<string, Box>();
  for (const id of removed) {
    const box = old.get(id);
    if (!box) continue;
    const spot = freeSpot(box, [centreX(box)], box.y, taken, {
      from: Number.NEGATIVE_INFINITY,
      to: Number.POSITIVE_INFINITY,
    });
    const ghost = { ...spot, w: box.w, h: box.h };
    ghosts.set(id, ghost);
    taken.push(ghost);
  }
  return toFlow(ghosts, direction);
}
