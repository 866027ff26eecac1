/** How wide the panes are and which are folded away, remembered in this browser. Widths in percent of the window. */
import { create } from "zustand";
import { persist } from "zustand/middleware";

export interface PaneSizes {
  chats: number;
  conversation: number;
  chatsOpen: boolean;
  conversationOpen: boolean;
  diagramOpen: boolean;
}

interface PaneStore extends PaneSizes {
  set: (patch: Partial<PaneSizes>) => void;
}

export const DEFAULT_SIZES: PaneSizes = {
  chats: 20,
  conversation: 30,
  chatsOpen: true,
  conversationOpen: true,
  diagramOpen: true,
};

export const usePaneSizes = create<PaneStore>()(
  persist((set) => ({ ...DEFAULT_SIZES, set: (patch) => set(patch) }), { name: "parley.panes", version: 1 }),
);

/** Pixels that each pane keeps at least (design/README, Parts). */
export const LEAST = { chats: 200, conversation: 360, diagram: 320 };

/** The width in percent that a border may be dragged to, so that both neighbours keep their least. */
export function clampPercent(percent: number, least: number, most: number, total: number): number {
  const low = (least / total) * 100;
  const high = (most / total) * 100;
  return Math.min(Math.max(percent, low), Math.max(low, high));
}
