/** Routing of large diagrams, off the main thread. */
import type { NodeTypeInfo } from "@/model/catalogue";
import { type Box, type Direction, type Routing, routeEdges } from "@/model/layout";
import type { WorkflowData } from "@/model/workflow";

export interface RoutingRequest {
  id: number;
  workflow: WorkflowData;
  boxes: Map<string, Box>;
  direction: Direction;
  catalogue: Map<string, NodeTypeInfo>;
}

export interface RoutingAnswer {
  id: number;
  routing: Routing;
}

self.onmessage = ({ data }: MessageEvent<RoutingRequest>) => {
  const routing = routeEdges(data.workflow, data.boxes, data.direction, data.catalogue);
  self.postMessage({ id: data.id, routing } satisfies RoutingAnswer);
};
