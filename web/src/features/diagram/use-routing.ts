"use client";
/** Routes for the shown places: at once for diagrams of everyday size, from a worker for large ones. */
import { useEffect, useMemo, useState } from "react";
import type { Catalogue, NodeTypeInfo } from "@/model/catalogue";
import { type Boxes, type Direction, type Routing, routeEdges } from "@/model/layout";
import type { WorkflowData } from "@/model/workflow";
import type { RoutingAnswer, RoutingRequest } from "./routes.worker";

/** Edges up to which routing takes a few milliseconds: less than a frame. */
const AT_ONCE = 70;
const NOTHING: Routing = { routes: new Map(), ports: new Map(), open: [] };

let worker: Worker | null = null;
let lastId = 0;

function routeInWorker(request: Omit<RoutingRequest, "id">): { answer: Promise<Routing>; cancel: () => void } {
  worker ??= new Worker(new URL("./routes.worker.ts", import.meta.url), { type: "module" });
  const mine = worker;
  lastId += 1;
  const id = lastId;
  let stop = () => {};
  const answer = new Promise<Routing>((resolve) => {
    const listen = ({ data }: MessageEvent<RoutingAnswer>) => {
      if (data.id !== id) return;
      stop();
      resolve(data.routing);
    };
    stop = () => mine.removeEventListener("message", listen);
    mine.addEventListener("message", listen);
  });
  mine.postMessage({ id, ...request } satisfies RoutingRequest);
  return { answer, cancel: stop };
}

/** Only what routing reads of a node type: schemas would be copied to the worker for nothing. */
function slim(catalogue: Catalogue): Map<string, NodeTypeInfo> {
  return new Map([...catalogue].map(([type, info]) => [type, { ...info, config_schema: {}, output_schema: null }]));
}

export function useRouting(
  workflow: WorkflowData | null,
  boxes: Boxes,
  direction: Direction,
  catalogue: Catalogue,
): Routing {
  const large = (workflow?.edges.length ?? 0) > AT_ONCE;
  const routed = useMemo(
    () => (workflow && !large ? routeEdges(workflow, boxes, direction, catalogue) : null),
    [workflow, boxes, direction, catalogue, large],
  );
  const [fromWorker, setFromWorker] = useState<Routing | null>(null);
  useEffect(() => {
    if (!workflow || !large) {
      setFromWorker(null);
      return;
    }
    const { answer, cancel } = routeInWorker({
      workflow,
      boxes: new Map(boxes),
      direction,
      catalogue: slim(catalogue),
    });
    answer.then(setFromWorker);
    return cancel;
  }, [workflow, boxes, direction, catalogue, large]);
  return routed ?? fromWorker ?? NOTHING;
}
