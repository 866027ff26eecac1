import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { branchesOf } from "./catalogue";
import { limitsLine } from "./limits";
import { referenceName, referencesFor, templateParts } from "./references";
import { TEST_CATALOGUE } from "./testing";
import { makeEdge, makeNode, topologicalOrder, upstreamOf, type WorkflowData } from "./workflow";

const flow: WorkflowData = {
  name: "",
  nodes: [
    makeNode("ask", "chat_trigger", "Question arrives"),
    makeNode("find", "knowledge_search", "Search handbook"),
    makeNode("pick", "transform", "Pick", { config: { fields: { title: "x", price: "y" } } }),
    makeNode("each", "loop", "For each lead"),
    makeNode("draft", "llm", "Draft", { parent: "each" }),
    makeNode("send", "output", "Send", { parent: "each" }),
    makeNode("aside", "llm", "Aside"),
  ],
  edges: [makeEdge("ask", "find"), makeEdge("find", "pick"), makeEdge("pick", "each"), makeEdge("draft", "send")],
};

describe("what a template may name", () => {
  it("is the input and every step before it", () => {
    const paths = referencesFor(flow, "each", TEST_CATALOGUE).map((reference) => reference.path);
    expect(paths).toContain("input.message");
    expect(paths).toContain("find.text");
    expect(paths).toContain("pick.price");
    expect(paths).not.toContain("aside.text");
    expect(paths).not.toContain("item");
  });

  it("is inside a loop also the item, and what leads to the loop", () => {
    const paths = referencesFor(flow, "send", TEST_CATALOGUE).map((reference) => reference.path);
    expect(paths).toEqual(expect.arrayContaining(["item", "index", "draft.text", "find.count"]));
  });

  it("comes nearest first", () => {
    expect(upstreamOf(flow, "each").map((node) => node.id)).toEqual(["pick", "find", "ask"]);
  });
});

describe("templates", () => {
  it("split into parts that join to the same text", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("{", "}", " ", "a", ".", "{{ a.b }}", "{{x}}"), maxLength: 20 }),
        (text) => {
          expect(
            templateParts(text)
              .map((part) => part.text)
              .join(""),
          ).toBe(text);
        },
      ),
    );
  });

  it("show what stands between the braces", () => {
    const parts = templateParts("Answer {{ input.message }} now");
    expect(parts.map((part) => part.kind)).toEqual(["text", "reference", "text"]);
    expect(referenceName(parts[1]?.text ?? "")).toBe("input.message");
  });
});

describe("branches", () => {
  it("come from config where the type says so, in order, each once", () => {
    const cases = [{ name: "urgent" }, { name: "" }, { name: "urgent" }, { name: "later" }];
    expect(branchesOf("switch", { cases }, TEST_CATALOGUE)).toEqual(["urgent", "later", "default"]);
    expect(branchesOf("classify", { labels: ["billing", "other"] }, TEST_CATALOGUE)).toEqual(["billing", "other"]);
    expect(branchesOf("llm", {}, TEST_CATALOGUE)).toEqual([]);
    expect(branchesOf("unknown", {}, TEST_CATALOGUE)).toEqual([]);
  });
});

describe("the limits of a step", () => {
  it("sums up retry, timeout and errors", () => {
    const node = makeNode("n", "llm", "N", { retry: { attempts: 3, backoff: 1 }, timeout: 30, on_error: "continue" });
    expect(limitsLine(node)).toBe("3 attempts, at most 30 s, goes on after an error");
    expect(limitsLine(makeNode("n", "llm", "N"))).toBe("");
  });
});

describe("the order of steps", () => {
  it("keeps what leads before what follows, and loses nothing in a circle", () => {
    expect(topologicalOrder(["c", "b", "a"], [makeEdge("a", "b"), makeEdge("b", "c")])).toEqual(["a", "b", "c"]);
    expect(topologicalOrder(["a", "b"], [makeEdge("a", "b"), makeEdge("b", "a")]).sort()).toEqual(["a", "b"]);
  });
});
