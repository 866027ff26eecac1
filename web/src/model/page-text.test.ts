import { expect, it } from "vitest";
import { unwrapped } from "./page-text";

const PRINTED = [
  "25.1 Leave and absence",
  "New colleagues are shown during their first five weeks",
  "how leave is asked for and who decides about a request.",
  "- a list keeps its lines, however long they may happen",
  "- to be, since each begins with its own mark",
  "",
  "The next paragraph stays apart.",
].join("\n");

it("lets lines that the margin ended run on, and keeps headings, lists and paragraphs", () => {
  expect(unwrapped(PRINTED).split("\n")).toEqual([
    "25.1 Leave and absence",
    "New colleagues are shown during their first five weeks how leave is asked for and who decides about a request.",
    "- a list keeps its lines, however long they may happen",
    "- to be, since each begins with its own mark",
    "",
    "The next paragraph stays apart.",
  ]);
});

it("keeps every character where it was, so that a marked passage stays the same", () => {
  expect(unwrapped(PRINTED)).toHaveLength(PRINTED.length);
  expect(unwrapped("")).toBe("");
});
