"use client";
/** What a card on the canvas can ask for, without being drawn again when the handlers change. */
import { createContext, useContext } from "react";
import type { Decision, Doubt } from "@/model/run";
import type { Visit } from "./props";

export interface CanvasActions {
  open: (nodeId: string, into: Visit["into"]) => void;
  focused: (nodeId: string) => void;
  decide: (decision: Decision) => Promise<void>;
  settle: (doubt: Doubt) => Promise<void>;
  stopRun: () => Promise<void>;
  selectEdge: (edgeId: string) => void;
  /** It has just come into the diagram, not only into sight. */
  isFresh: (nodeId: string) => boolean;
}

const NOTHING: CanvasActions = {
  open: () => {},
  focused: () => {},
  decide: async () => {},
  settle: async () => {},
  stopRun: async () => {},
  selectEdge: () => {},
  isFresh: () => false,
};

export const CanvasActionsContext = createContext<CanvasActions>(NOTHING);

export function useCanvasActions(): CanvasActions {
  return useContext(CanvasActionsContext);
}
