/** Placing nodes and routing edges, without a browser. */

export { labelWidth } from "./flow";
export { type ElkInput, type ElkOutput, fullLayout, type RunElk } from "./full";
export { ghostBoxes } from "./ghosts";
export { type Incremental, incrementalLayout } from "./incremental";
export { type EdgeLabel, type OpenBranch, type Route, type Routing, routeEdges } from "./routes";
export { headPath, wirePath } from "./svg";
export type { Box, Boxes, Direction, Point, SavedBox, SavedLayout } from "./types";
export { bounds, directionFor, fromSaved, moved, overlaps, toSaved } from "./types";
