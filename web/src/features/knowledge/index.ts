/** The knowledge page, and how a cited page is opened. */
export { KnowledgePage } from "./KnowledgePage";
export type { OpenPage } from "./PageDialog";
