import { expect, it } from "vitest";
import { rehypeMarkers } from "./rehype-markers";

it("makes buttons of citation marks in text, and leaves code alone", () => {
  const code = { type: "element", tagName: "code", children: [{ type: "text", value: "a[1]" }] };
  const tree = {
    type: "root",
    children: [{ type: "element", tagName: "p", children: [{ type: "text", value: "Leave [1], pay [12]." }, code] }],
  };
  rehypeMarkers()(tree);
  const parts = tree.children[0]?.children as { tagName?: string; value?: string; children?: { value: string }[] }[];
  expect(parts.map((part) => part.value ?? part.children?.[0]?.value)).toEqual([
    "Leave ",
    "1",
    ", pay ",
    "12",
    ".",
    "a[1]",
  ]);
  expect(parts.filter((part) => part.tagName === "button")).toHaveLength(2);
});
