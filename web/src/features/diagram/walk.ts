/** Arrow keys on the diagram: along the axis they follow the edges, across it they go to the nearest neighbour. */
import type { Box, Boxes, Direction } from "@/model/layout";
import type { WorkflowData } from "@/model/workflow";

export type ArrowKey = "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight";

const STEPS: Record<ArrowKey, { x: number; y: number }> = {
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
};

export function isArrow(key: string): key is ArrowKey {
  return key in STEPS;
}

export function nextNode(
  key: ArrowKey,
  from: string,
  workflow: WorkflowData,
  boxes: Boxes,
  direction: Direction,
): string | null {
  const own = boxes.get(from);
  if (!own) return null;
  const step = STEPS[key];
  const along = direction === "down" ? step.y : step.x;
  if (along !== 0) {
    const ends = workflow.edges.flatMap((edge) => {
      if (along > 0) return edge.source === from ? [edge.target] : [];
      return edge.target === from ? [edge.source] : [];
    });
    const body = along > 0 ? workflow.nodes.filter((node) => node.parent === from).map((node) => node.id) : [];
    const linked = nearest(own, [...body, ...ends], boxes);
    if (linked) return linked;
  }
  let best: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const [id, box] of boxes) {
    const dx = box.x + box.w / 2 - own.x - own.w / 2;
    const dy = box.y + box.h / 2 - own.y - own.h / 2;
    const forward = dx * step.x + dy * step.y;
    const sideways = Math.abs(dx * step.y) + Math.abs(dy * step.x);
    // What stands in the same row comes before what is nearer in another one.
    const cost = forward + 4 * sideways;
    if (id !== from && forward > 8 && sideways <= forward * 2 && cost < least) {
      best = id;
      least = cost;
    }
  }
  return best;
}

function nearest(own: Box, ids: readonly string[], boxes: Boxes): string | null {
  let best: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const id of ids) {
    const box = boxes.get(id);
    if (!box) continue;
    const distance = Math.hypot(box.x + box.w / 2 - own.x - own.w / 2, box.y + box.h / 2 - own.y - own.h / 2);
    if (distance < least) {
      best = id;
      least = distance;
    }
  }
  return best;
}
