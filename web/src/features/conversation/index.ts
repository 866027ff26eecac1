/** The conversation pane, and the dialog that shows a cited page. */
export { ConversationPane } from "./ConversationPane";
export type { BranchView, RunCardView } from "./props";
export { type Example, FIRST_EXAMPLE } from "./Welcome";
