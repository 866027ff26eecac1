/** Running; the list of runs and replay are imported where they are loaded, by their files. */
export type { RunButtonProps, RunsPanelProps, ScrubberProps } from "./props";
export { RunButton } from "./RunButton";
