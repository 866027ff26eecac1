"use client";
/** Where the nodes of the shown workflow stand: as saved beside its message, else from the places of the turn before, else from ELK. */
import { useCallback, useLayoutEffect, useRef, useState } from "react";
import type { Catalogue } from "@/model/catalogue";
import {
  type Box,
  type Boxes,
  type Direction,
  fromSaved,
  fullLayout,
  incrementalLayout,
  type SavedLayout,
  toSaved,
} from "@/model/layout";
import type { WorkflowData } from "@/model/workflow";
import { runElk } from "./elk";
import { oneAtATime } from "./one-at-a-time";
import type { DrawnWorkflow } from "./props";
import { routeAhead } from "./use-routing";

export interface Places {
  messageId: string;
  workflow: WorkflowData;
  boxes: Boxes;
  direction: Direction;
  /** Found while the reply was still drawing: what is kept is found anew from the whole turn, whatever the order of its edits. */
  provisional: boolean;
}

interface Asked {
  shown: DrawnWorkflow | null;
  before: DrawnWorkflow | null;
  beforePending: boolean;
  direction: Direction | null;
  streaming: boolean;
  catalogue: Catalogue;
  onLayout: (messageId: string, layout: SavedLayout) => void;
}

export function usePlaces(asked: Asked): {
  places: Places | null;
  /** Where the nodes stood before the shown turn, if known. */
  boxesBefore: Boxes | null;
  tidy: () => Promise<void>;
} {
  const { shown, before, beforePending, direction, streaming, catalogue, onLayout } = asked;
  const [places, setPlaces] = useState<Places | null>(null);
  const known = useRef(new Map<string, Places>());
  const remembered = useRef(new Map<string, Box>());
  // Numbers of what was asked for last and what is drawn: an answer may be overtaken, never turned back.
  const latest = useRef(0);
  const drawnNumber = useRef(0);
  const wanted = useRef<string | null>(null);
  const [inTurn] = useState(oneAtATime);

  const keep = useCallback(
    (next: Places, save: boolean, draw = true) => {
      known.current.set(keyOf(next.messageId, next.direction), next);
      for (const node of next.workflow.nodes) {
        const box = next.boxes.get(node.id);
        if (box && node.position === null && !next.provisional)
          remembered.current.set(`${next.direction}/${node.id}`, box);
      }
      if (draw) setPlaces(next);
      if (save) onLayout(next.messageId, { [next.direction]: toSaved(next.boxes) });
    },
    [onLayout],
  );

  const placesOf = useCallback(
    (drawn: DrawnWorkflow | null): Places | null => {
      if (!drawn || !direction) return null;
      const own = known.current.get(keyOf(drawn.messageId, direction));
      if (own && !own.provisional) return own;
      const boxes = fromSaved(drawn.layout?.[direction]);
      if (boxes.size === 0) return null;
      const workflow = { ...drawn.workflow, nodes: drawn.workflow.nodes.filter((node) => boxes.has(node.id)) };
      return { messageId: drawn.messageId, workflow, boxes, direction, provisional: false };
    },
    [direction],
  );

  useLayoutEffect(() => {
    latest.current += 1;
    const mine = latest.current;
    if (!shown || !direction) {
      wanted.current = null;
      setPlaces(null);
      return;
    }
    const { messageId, workflow } = shown;
    wanted.current = keyOf(messageId, direction);
    const drawn = (boxes: Boxes): Places => ({ messageId, workflow, boxes, direction, provisional: streaming });
    const unsaved = !streaming && shown.layout?.[direction] === undefined;
    const newDiagram = (before?.workflow.nodes.length ?? 0) === 0;
    const own = placesOf(shown);
    // Without the turn before, it would look like a new diagram and be laid out from nothing.
    if (own === null && beforePending) return;
    // A new diagram is laid out whole; a later turn keeps the places of the turn before.
    const base = own ?? (newDiagram ? null : placesOf(before));
    if (base) {
      const boxes = incrementalLayout({
        before: base.workflow,
        base: base.boxes,
        after: workflow,
        direction,
        catalogue,
        remembered: rememberedIn(remembered.current, direction),
      });
      drawnNumber.current = mine;
      // The same places as the same object: nothing is routed and drawn again.
      keep(drawn(own && alike(own.boxes, boxes) ? own.boxes : boxes), unsaved && own === null);
      return;
    }
    const found = async (): Promise<Boxes> => {
      if (newDiagram || !before) return fullLayout(workflow, direction, catalogue, runElk);
      // Nobody has looked at the turn before from a pane of this shape: its places come first, and these follow from them.
      const boxes = await fullLayout(before.workflow, direction, catalogue, runElk);
      keep(
        { messageId: before.messageId, workflow: before.workflow, boxes, direction, provisional: false },
        true,
        false,
      );
      return incrementalLayout({ before: before.workflow, base: boxes, after: workflow, direction, catalogue });
    };
    inTurn(async () => {
      const boxes = await found();
      if (wanted.current !== keyOf(messageId, direction) || mine < drawnNumber.current) return;
      drawnNumber.current = mine;
      routeAhead(workflow, boxes, direction, catalogue);
      keep(drawn(boxes), unsaved && mine === latest.current);
    });
  }, [shown, before, direction, streaming, catalogue, placesOf, keep, inTurn, beforePending]);

  const tidy = useCallback(async () => {
    if (!shown || !direction) return;
    const free = { ...shown.workflow, nodes: shown.workflow.nodes.map((node) => ({ ...node, position: null })) };
    const boxes = await fullLayout(free, direction, catalogue, runElk);
    routeAhead(shown.workflow, boxes, direction, catalogue);
    keep({ messageId: shown.messageId, workflow: shown.workflow, boxes, direction, provisional: false }, true);
  }, [shown, direction, catalogue, keep]);

  return { places, boxesBefore: placesOf(before)?.boxes ?? null, tidy };
}

function alike(a: Boxes, b: Boxes): boolean {
  if (a.size !== b.size) return false;
  return [...a].every(([id, box]) => {
    const other = b.get(id);
    return other && box.x === other.x && box.y === other.y && box.w === other.w && box.h === other.h;
  });
}

function keyOf(messageId: string, direction: Direction): string {
  return `${messageId}/${direction}`;
}

function rememberedIn(all: ReadonlyMap<string, Box>, direction: Direction): Map<string, Box> {
  const prefix = `${direction}/`;
  return new Map(
    [...all].filter(([key]) => key.startsWith(prefix)).map(([key, box]) => [key.slice(prefix.length), box]),
  );
}
