/** Placing nodes and routing edges, without a browser. */

export { type ElkInput, type ElkOutput, fullLayout, type RunElk } from "./full";
export { type Incremental, incrementalLayout } from "./incremental";
export { type EdgeLabel, type OpenBranch, type Route, type Routing, routeEdges } from "./routes";
export { headPath, wirePath } from "./svg";
export type { Box, Boxes, Direction, Point, SavedBox, SavedLayout } from "./types";
export { directionFor, fromSaved, toSaved } from "./types";
export { ghostBoxes } from "./ghosts";
export { bounds, moved, overlaps } from "./types";
export { labelWidth } from "./flow";
