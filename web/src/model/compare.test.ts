import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareRuns } from "./compare";
import { makeRun, makeStep } from "./testing-runs";
import { diffTexts } from "./text-diff";
import { makeEdge, makeNode, type WorkflowData } from "./workflow";

const flow: WorkflowData = {
  name: "",
  nodes: ["write", "each", "ask", "find"].map((id) => makeNode(id, id === "each" ? "loop" : "llm", id)),
  edges: [makeEdge("ask", "find"), makeEdge("find", "each"), makeEdge("each", "write")],
};

describe("two runs side by side", () => {
  it("puts steps together by node and loop turn, along the edges", () => {
    const turns = (paths: string[]) => paths.map((path) => makeStep("draft", { path, output: { text: path } }));
    const inLoop = { ...flow, nodes: [...flow.nodes, makeNode("draft", "llm", "Draft", { parent: "each" })] };
    const left = makeRun({ steps: [makeStep("write"), ...turns(["10", "2"]), makeStep("each"), makeStep("ask")] });
    const right = makeRun({ steps: [makeStep("ask"), makeStep("each"), ...turns(["2", "10", "11"])] });
    const rows = compareRuns(left, right, [inLoop, inLoop]);
    expect(rows.map(({ node_id, path, differences }) => [`${node_id} ${path}`.trim(), differences])).toEqual([
      ["ask", []],
      ["each", []],
      ["draft 2", []],
      ["draft 10", []],
      ["draft 11", ["only_right"]],
      ["write", ["only_left"]],
    ]);
  });

  it("names what came out differently, and leaves time and tokens out of it", () => {
    const left = makeRun({
      steps: [makeStep("ask", { output: { a: 1, b: 2 } }), makeStep("find", { branch: "true" })],
    });
    const right = makeRun({
      steps: [
        makeStep("ask", { output: { b: 2, a: 1 }, finished_at: "2026-01-01T01:00:00Z" }),
        makeStep("find", { status: "failed", output: null, error: { error: "e", message: "No." } }),
      ],
    });
    const rows = compareRuns(left, right, [flow, flow]);
    expect(rows.map((row) => row.differences)).toEqual([[], ["status", "branch", "output", "error"]]);
  });

  it("compares runs of diagrams that share no node", () => {
    const rows = compareRuns(makeRun({ steps: [makeStep("a")] }), makeRun({ steps: [makeStep("b")] }), [null, flow]);
    expect(rows.map((row) => row.differences)).toEqual([["only_left"], ["only_right"]]);
  });

  it("takes the last attempt of each step", () => {
    const twice = [makeStep("ask", { status: "failed", output: null }), makeStep("ask", { attempt: 2 })];
    const [row] = compareRuns(makeRun({ steps: twice }), makeRun({ steps: [makeStep("ask")] }), [flow]);
    expect(row?.differences).toEqual([]);
  });
});

describe("the difference of two texts", () => {
  const words = fc.array(fc.constantFrom("a", "b", "c", "d", "\n"), { maxLength: 40 }).map((list) => list.join(" "));

  it("holds both texts whole, whatever they are", () => {
    fc.assert(
      fc.property(fc.oneof(words, fc.string()), fc.oneof(words, fc.string()), (left, right) => {
        const parts = diffTexts(left, right);
        const side = (not: string) =>
          parts
            .filter((part) => part.kind !== not)
            .map((part) => part.text)
            .join("");
        expect(side("right")).toBe(left);
        expect(side("left")).toBe(right);
      }),
      { numRuns: 500 },
    );
  });

  it("keeps what both share", () => {
    expect(diffTexts("You can carry over five days.", "You can carry over ten days.")).toEqual([
      { kind: "same", text: "You can carry over " },
      { kind: "left", text: "five" },
      { kind: "right", text: "ten" },
      { kind: "same", text: " days." },
    ]);
  });

  it("gives up on long texts with nothing in common, in good time", () => {
    const left = Array.from({ length: 3900 }, (_, index) => `l${index}`).join(" ");
    const right = Array.from({ length: 3900 }, (_, index) => `r${index}`).join("\n");
    const before = performance.now();
    expect(diffTexts(left, right).map((part) => part.kind)).toEqual(["left", "right"]);
    expect(performance.now() - before).toBeLessThan(2000);
  });
});
