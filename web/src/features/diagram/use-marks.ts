"use client";
/** What the shown turn changed: marks on its cards, and what it removed as ghosts at their old places. */
import { useMemo, useState } from "react";
import { diffWorkflows } from "@/model/diff";
import { type Boxes, type Direction, ghostBoxes } from "@/model/layout";
import type { WorkflowData } from "@/model/workflow";

interface Asked {
  workflow: WorkflowData | null;
  before: WorkflowData | null;
  /** A turn is shown, not a preview. */
  isTurn: boolean;
  /** A run is on the diagram: its states stand where the marks would. */
  hidden: boolean;
  /** Places in the turn before; null while those of the shown one are not found. */
  boxesBefore: Boxes | null;
  boxes: Boxes;
  axis: Direction;
}

const NO_GHOSTS: Boxes = new Map();

export function useMarks({ workflow, before, isTurn, hidden, boxesBefore, boxes, axis }: Asked) {
  const [marks, setMarks] = useState(true);
  const diff = useMemo(() => (workflow && isTurn ? diffWorkflows(before, workflow) : null), [workflow, before, isTurn]);
  const marked = marks && !hidden ? diff : null;
  const ghosts = useMemo(() => {
    if (!marked || !boxesBefore) return NO_GHOSTS;
    return ghostBoxes(
      marked.removedNodes.map((node) => node.id),
      boxesBefore,
      boxes,
      axis,
    );
  }, [marked, boxesBefore, boxes, axis]);
  return { diff, marks, setMarks, marked, ghosts };
}
