"use client";
/** Adding a step by hand: the palette of kinds, and the edits that put the chosen one in its place. */
import { lazy, Suspense, useMemo } from "react";
import type { Catalogue } from "@/model/catalogue";
import type { Edit } from "@/model/edits";
import type { WorkflowData } from "@/model/workflow";
import { addNodeEdits, type Where } from "./new-node";
import type { DiagramTurn } from "./props";

// Asked for by a click, and not part of the first page.
const Palette = lazy(() => import("./Palette").then((module) => ({ default: module.Palette })));

interface Props {
  /** Where it is to stand; null: nothing is being added. */
  where: Where | null;
  /** What is on the screen, which may be an example, and what the step is added to. */
  workflow: WorkflowData | null;
  onto: WorkflowData | null;
  catalogue: Catalogue;
  turns: readonly DiagramTurn[];
  onClose: () => void;
  onAdd: (nodeId: string, edits: Edit[]) => void;
}

export function AddStep({ where, workflow, onto, catalogue, turns, onClose, onAdd }: Props) {
  const usedIds = useMemo(
    () =>
      new Set(
        turns.flatMap((turn) => (turn.edits ?? []).flatMap((edit) => (edit.op === "add_node" ? [edit.node.id] : []))),
      ),
    [turns],
  );
  if (where === null) return null;
  const label = workflow?.nodes.find((other) => other.id === where.after)?.label ?? where.after;
  return (
    <Suspense>
      <Palette
        open
        catalogue={catalogue}
        where={where.after ? `after ${label}` : ""}
        withTriggers={where.after === null}
        onClose={onClose}
        onPick={(type) => {
          if (!onto) return;
          const { id, edits } = addNodeEdits(type, where, onto, usedIds, catalogue);
          onAdd(id, edits);
        }}
      />
    </Suspense>
  );
}
