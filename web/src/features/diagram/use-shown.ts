"use client";
/** The shown workflow, or on the empty page the example's. */
import { useMemo } from "react";
import type { DiagramPaneProps, DrawnWorkflow } from "./props";

export function useShown({ shown, preview }: DiagramPaneProps): DrawnWorkflow | null {
  return useMemo(() => {
    if (shown) return shown;
    if (!preview) return null;
    const { workflow, summaries, note } = preview;
    return { messageId: `preview ${note}`, editCount: 0, workflow, summaries, issues: [], layout: null };
  }, [shown, preview]);
}
