/** The diagram pane, as the app composes it. */
export { DiagramPane } from "./DiagramPane";
export type { DiagramPaneProps, DiagramTurn, DrawnWorkflow } from "./props";
