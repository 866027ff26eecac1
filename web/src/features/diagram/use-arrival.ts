"use client";
/** Where the focus goes when a step was opened for more than a look: into its panel, or to the first field that is missing. */
import { type RefObject, useEffect } from "react";
import type { Visit } from "./props";

const CONTROLS = ":is(input, textarea, select, button):not(:disabled)";

export function useArrival(panel: RefObject<HTMLElement | null>, visit: Visit | null, nodeId: string): void {
  const number = visit?.nodeId === nodeId && visit.into !== "view" ? visit.number : null;
  const place = visit?.into === "field" ? "[data-missing]" : "";
  useEffect(() => {
    if (number === null) return;
    // The form is drawn by now, but for a tab that has just been changed.
    const frame = requestAnimationFrame(() => {
      const control = panel.current?.querySelector<HTMLElement>(`${place} ${CONTROLS}`);
      (control ?? panel.current)?.focus();
    });
    return () => cancelAnimationFrame(frame);
  }, [panel, number, place]);
}
