"use client";
/** A node under the pointer, and with a loop everything in it, until the server knows where it was put. */
import { useCallback, useMemo, useState } from "react";
import type { Edit } from "@/model/edits";
import { type Box, type Boxes, moved } from "@/model/layout";
import type { WorkflowData } from "@/model/workflow";

interface Dragged {
  id: string;
  dx: number;
  dy: number;
}

export function useDrag(workflow: WorkflowData | null, boxes: Boxes, place: (edits: Edit[]) => Promise<boolean>) {
  const [dragged, setDragged] = useState<Dragged | null>(null);

  const live = useMemo(() => {
    if (!dragged || !workflow) return boxes;
    const next = new Map(boxes);
    for (const id of inside(workflow, dragged.id)) {
      const box = boxes.get(id);
      if (box) next.set(id, moved(box, dragged.dx, dragged.dy));
    }
    return next;
  }, [boxes, dragged, workflow]);

  /** `position` is relative to the loop around the node, as React Flow counts. */
  const onDrag = useCallback(
    (id: string, position: { x: number; y: number }) => {
      const goal = absolute(workflow, boxes, id, position);
      const box = boxes.get(id);
      if (goal && box) setDragged({ id, dx: goal.x - box.x, dy: goal.y - box.y });
    },
    [workflow, boxes],
  );

  const onDrop = useCallback(
    async (id: string) => {
      if (!dragged || dragged.id !== id || !workflow) return;
      const edits = inside(workflow, id).flatMap((inner): Edit[] => {
        const box = boxes.get(inner);
        const node = workflow.nodes.find((other) => other.id === inner);
        // What is placed by hand inside a loop has an address of its own, and goes along.
        if (!box || !node || (inner !== id && node.position === null)) return [];
        return [
          { op: "place_node", id: inner, position: [Math.round(box.x + dragged.dx), Math.round(box.y + dragged.dy)] },
        ];
      });
      await place(edits);
      setDragged(null);
    },
    [dragged, workflow, boxes, place],
  );

  return { boxes: live, onDrag, onDrop };
}

function absolute(workflow: WorkflowData | null, boxes: Boxes, id: string, position: { x: number; y: number }) {
  const parent = workflow?.nodes.find((node) => node.id === id)?.parent ?? null;
  const around: Box | undefined = parent === null ? undefined : boxes.get(parent);
  return { x: position.x + (around?.x ?? 0), y: position.y + (around?.y ?? 0) };
}

function inside(workflow: WorkflowData, id: string): string[] {
  return [id, ...workflow.nodes.filter((node) => node.parent === id).flatMap((node) => inside(workflow, node.id))];
}
