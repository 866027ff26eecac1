/** ELK in its worker: made once, warmed while the page is idle, so that the first diagram does not wait for it. */
import ELK, { type ELK as Elk, type ElkNode } from "elkjs/lib/elk-api.js";
import type { ElkOutput, RunElk } from "@/model/layout";

let elk: Elk | null = null;

function instance(): Elk {
  elk ??= new ELK({
    workerFactory: () => new Worker(new URL("elkjs/lib/elk-worker.min.js", import.meta.url)),
  });
  return elk;
}

export const runElk: RunElk = (graph): Promise<ElkOutput> => instance().layout(graph as ElkNode);

export function warmElk(): void {
  const warm = () => {
    // Two nodes and an edge touch the code that every layout needs; a failure shows when a layout is asked for.
    instance()
      .layout({
        id: "warm",
        layoutOptions: { "elk.algorithm": "layered" },
        children: [
          { id: "a", width: 10, height: 10 },
          { id: "b", width: 10, height: 10 },
        ],
        edges: [{ id: "e", sources: ["a"], targets: ["b"] }],
      })
      .catch(() => {});
  };
  if ("requestIdleCallback" in window) window.requestIdleCallback(warm);
  else setTimeout(warm, 300);
}
