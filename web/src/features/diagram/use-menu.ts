"use client";
/** What the menu of the right mouse button offers for the node, the edge or the empty canvas under it. */
import { useState } from "react";
import type { Edit } from "@/model/edits";
import type { Move } from "./move-node";
import type { MenuEntry } from "./NodeMenu";

interface MenuAsked {
  editable: boolean;
  onOpen: (nodeId: string) => void;
  onAdd: (nodeId: string | null) => void;
  onRemove: (nodeId: string) => void;
  /** Null: this step cannot be run from. */
  runFrom: (nodeId: string) => (() => void) | null;
  onRemoveEdge: (edgeId: string) => void;
  /** Ways across a loop's border. */
  movesOf: (nodeId: string) => Move[];
  onMove: (edits: Edit[]) => void;
  onTidy: () => void;
  onFit: () => void;
}

export function useMenu(asked: MenuAsked): { menu: MenuEntry[]; onMenuAt: (target: EventTarget) => void } {
  const [at, setAt] = useState<{ node: string | null; edge: string | null }>({ node: null, edge: null });
  const onMenuAt = (target: EventTarget) => {
    const element = target instanceof Element ? target : null;
    setAt({
      node: element?.closest<HTMLElement>(".react-flow__node")?.dataset.id ?? null,
      edge: element?.closest<HTMLElement>(".react-flow__edge")?.dataset.id ?? null,
    });
  };
  const { node, edge } = at;
  const menu: MenuEntry[] = [];
  if (node && !node.startsWith("ghost:")) {
    menu.push({ label: "Open", hint: "Enter", onSelect: () => asked.onOpen(node) });
    const runFrom = asked.runFrom(node);
    if (runFrom) menu.push({ label: "Run from here", onSelect: runFrom });
    if (asked.editable) {
      menu.push({ label: "Add a step after it", hint: "A", onSelect: () => asked.onAdd(node) });
      for (const { label, edits } of asked.movesOf(node)) menu.push({ label, onSelect: () => asked.onMove(edits) });
      menu.push({ label: "Remove", hint: "Del", onSelect: () => asked.onRemove(node) });
    }
  } else if (edge && !edge.startsWith("ghost:")) {
    if (asked.editable)
      menu.push({ label: "Remove this connection", hint: "Del", onSelect: () => asked.onRemoveEdge(edge) });
  } else {
    if (asked.editable) {
      menu.push({ label: "Add a step", onSelect: () => asked.onAdd(null) });
      menu.push({ label: "Tidy the layout", onSelect: asked.onTidy });
    }
    menu.push({ label: "Fit the diagram", onSelect: asked.onFit });
  }
  return { menu, onMenuAt };
}
