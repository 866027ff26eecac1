"use client";
/** Routes for the shown places: at once for diagrams of everyday size, from a worker for large ones. */
import { useEffect, useMemo, useRef, useState } from "react";
import type { Catalogue, NodeTypeInfo } from "@/model/catalogue";
import { type Boxes, type Direction, type Routing, routeEdges } from "@/model/layout";
import { NODE_H, NODE_W } from "@/model/layout/types";
import type { Config, WorkflowData } from "@/model/workflow";
import type { RoutingAnswer, RoutingRequest } from "./routes.worker";

/** Edges up to which routing takes a few milliseconds, also the first time: less than a frame. */
const AT_ONCE = 30;
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

export function warmRoutes(workflow: WorkflowData): void {
  const boxes = new Map(
    workflow.nodes.map((node, index) => [node.id, { x: (index % 6) * 208, y: index * 46, w: NODE_W, h: NODE_H }]),
  );
  routeInWorker({ workflow, boxes, direction: "down", catalogue: new Map() }).cancel();
}

/** Only what routing reads: texts and schemas would be copied to the worker for nothing. */
function slim(workflow: WorkflowData, catalogue: Catalogue): Pick<RoutingRequest, "workflow" | "catalogue"> {
  const types = new Map<string, NodeTypeInfo>();
  const nodes = workflow.nodes.map((node) => {
    const info = catalogue.get(node.type);
    if (info && !types.has(node.type)) types.set(node.type, { ...info, config_schema: {}, output_schema: null });
    const branches = info?.branches_from ? node.config[info.branches_from] : undefined;
    const config: Config = info?.branches_from && branches !== undefined ? { [info.branches_from]: branches } : {};
    return { ...node, label: "", config };
  });
  return { workflow: { name: "", nodes, edges: workflow.edges }, catalogue: types };
}

/** Asked for as soon as places are found, so that the worker routes while React draws the cards. */
const ahead = new WeakMap<Boxes, Promise<Routing>>();

export function routeAhead(workflow: WorkflowData, boxes: Boxes, direction: Direction, catalogue: Catalogue): void {
  if (workflow.edges.length > AT_ONCE) ahead.set(boxes, routed(workflow, boxes, direction, catalogue).answer);
}

function routed(workflow: WorkflowData, boxes: Boxes, direction: Direction, catalogue: Catalogue) {
  return routeInWorker({ ...slim(workflow, catalogue), boxes: new Map(boxes), direction });
}

export function useRouting(
  workflow: WorkflowData | null,
  boxes: Boxes,
  direction: Direction,
  catalogue: Catalogue,
): Routing {
  const large = (workflow?.edges.length ?? 0) > AT_ONCE;
  const atOnce = useMemo(
    () => (workflow && !large ? routeEdges(workflow, boxes, direction, catalogue) : null),
    [workflow, boxes, direction, catalogue, large],
  );
  const [fromWorker, setFromWorker] = useState<Routing | null>(null);
  useEffect(() => {
    if (!workflow || !large) {
      setFromWorker(null);
      return;
    }
    let left = false;
    const asked = ahead.get(boxes);
    const { answer, cancel } = asked
      ? { answer: asked, cancel: () => {} }
      : routed(workflow, boxes, direction, catalogue);
    answer.then((routing) => {
      if (!left) setFromWorker(routing);
    });
    return () => {
      left = true;
      cancel();
    };
  }, [workflow, boxes, direction, catalogue, large]);
  // Until the worker answers, the lines stay as they were.
  const last = useRef(NOTHING);
  const routing = atOnce ?? fromWorker ?? last.current;
  last.current = routing;
  return routing;
}
