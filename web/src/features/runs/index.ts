/** Running, the list of runs and replay, as the app composes them. */
export type { RunButtonProps, RunSummary, RunsPanelProps, ScrubberProps } from "./props";
export { RunButton } from "./RunButton";
export { RunsPanel } from "./RunsPanel";
export { Scrubber } from "./Scrubber";
