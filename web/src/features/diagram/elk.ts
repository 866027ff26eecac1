/** ELK in its worker: made once, warmed while the page is idle, so that the first diagram does not wait for it. */
import ELK, { type ELK as Elk, type ElkNode } from "elkjs/lib/elk-api.js";
import { type ElkOutput, fullLayout, type RunElk } from "@/model/layout";
import { makeEdge, makeNode, type WorkflowData } from "@/model/workflow";

let elk: Elk | null = null;

function instance(): Elk {
  elk ??= new ELK({
    workerFactory: () => new Worker(new URL("elkjs/lib/elk-worker.min.js", import.meta.url)),
  });
  return elk;
}

export const runElk: RunElk = (graph): Promise<ElkOutput> => instance().layout(graph as ElkNode);

/** Large enough that the browser compiles what every layout runs through: two nodes would leave the first real one three times as slow. */
const WARM_NODES = 40;

export function warmWorkflow(): WorkflowData {
  const ids = Array.from({ length: WARM_NODES }, (_, index) => `n${index}`);
  const into = (index: number, from: number) => makeEdge(`n${from}`, `n${index}`);
  return {
    name: "",
    nodes: ids.map((id) => makeNode(id, "llm", id)),
    edges: ids.flatMap((_, index) => {
      if (index === 0) return [];
      const one = into(index, Math.floor((index - 1) / 2));
      return index % 5 === 4 ? [one, into(index, index - 2)] : [one];
    }),
  };
}

/** A failure shows when a layout is asked for. */
export function warmElk(workflow: WorkflowData): Promise<unknown> {
  return fullLayout(workflow, "down", new Map(), runElk).catch(() => null);
}
