"use client";
/** Both workers are started and used once while the page is idle, so that the first diagram waits for neither. */
import { useEffect } from "react";
import { warmElk, warmWorkflow } from "./elk";
import { warmRoutes } from "./use-routing";

let warmed = false;

export function useWarm(): void {
  useEffect(() => {
    if (warmed) return;
    warmed = true;
    const warm = () => {
      const workflow = warmWorkflow();
      void warmElk(workflow);
      warmRoutes(workflow);
    };
    if ("requestIdleCallback" in window) window.requestIdleCallback(warm);
    else setTimeout(warm, 300);
  }, []);
}
