import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffWorkflows, same } from "./diff";
import { applyEdit, applyEdits, type Edit, invertEdit, invertEdits } from "./edits";
import { EMPTY_WORKFLOW, makeEdge, makeNode, type WorkflowData } from "./workflow";

const flow: WorkflowData = {
  name: "Answers",
  nodes: [
    makeNode("ask", "chat_trigger", "Question arrives"),
    makeNode("find", "knowledge_search", "Search", { config: { collection: "Handbook", top_k: 5 } }),
    makeNode("each", "loop", "For each"),
    makeNode("draft", "llm", "Draft", { parent: "each", position: [10, 20] }),
    makeNode("send", "email", "Send"),
  ],
  edges: [makeEdge("ask", "find"), makeEdge("find", "each"), makeEdge("each", "send")],
};

/** Order does not matter to a workflow. */
function sorted(workflow: WorkflowData) {
  const byId = (a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id);
  return { ...workflow, nodes: [...workflow.nodes].sort(byId), edges: [...workflow.edges].sort(byId) };
}

const ids = fc.constantFrom("ask", "find", "each", "draft", "send", "new");
const anyEdit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ op: fc.constant("rename" as const), name: fc.string({ maxLength: 8 }) }),
  fc.record({ op: fc.constant("remove_node" as const), id: ids, bridge: fc.boolean() }),
  fc.record({
    op: fc.constant("connect" as const),
    source: ids,
    target: ids,
    source_handle: fc.constantFrom(null, "true"),
  }),
  fc.record({ op: fc.constant("disconnect" as const), source: ids, target: ids, source_handle: fc.constant(null) }),
  fc.record({
    op: fc.constant("place_node" as const),
    id: ids,
    position: fc.constantFrom<[number, number] | null>([1, 2], null),
  }),
  fc.record({
    op: fc.constant("update_node" as const),
    id: ids,
    set: fc.record(
      {
        label: fc.constantFrom("A", "B"),
        config: fc.dictionary(fc.constantFrom("top_k", "x"), fc.integer()),
        timeout: fc.constantFrom(5, null),
      },
      { requiredKeys: [] },
    ),
    unset: fc.subarray(["collection", "y"]),
  }),
  fc.constant<Edit>({ op: "add_node", node: makeNode("new", "llm", "New") }),
);

/** Only edits that the server would take: ends exist, nothing is added twice. */
function fits(edit: Edit, workflow: WorkflowData): boolean {
  const has = (id: string) => workflow.nodes.some((node) => node.id === id);
  switch (edit.op) {
    case "add_node":
      return !has(edit.node.id);
    case "connect":
      return has(edit.source) && has(edit.target) && applyEdit(edit, workflow) !== workflow;
    case "disconnect":
      return applyEdit(edit, workflow).edges.length < workflow.edges.length;
    case "rename":
      return true;
    default:
      return has(edit.id);
  }
}

describe("edits", () => {
  it("are taken back by their inverse", () => {
    fc.assert(
      fc.property(fc.array(anyEdit, { maxLength: 8 }), (edits) => {
        let current = flow;
        const taken = edits.filter((edit) => {
          if (!fits(edit, current)) return false;
          current = applyEdit(edit, current);
          return true;
        });
        expect(sorted(applyEdits(invertEdits(taken, flow), current))).toEqual(sorted(flow));
      }),
      { numRuns: 300 },
    );
  });

  it("bridge over a removed node", () => {
    const after = applyEdit({ op: "remove_node", id: "find", bridge: true }, flow);
    expect(after.edges.map((edge) => edge.id)).toEqual(["each//send", "ask//each"]);
  });

  it("take the body along with its loop", () => {
    const after = applyEdit({ op: "remove_node", id: "each" }, flow);
    expect(after.nodes.map((node) => node.id)).toEqual(["ask", "find", "send"]);
    const back = applyEdits(invertEdit({ op: "remove_node", id: "each" }, flow), after);
    expect(sorted(back)).toEqual(sorted(flow));
  });

  it("merge config by its top-level keys", () => {
    const after = applyEdit(
      { op: "update_node", id: "find", set: { config: { top_k: 3 } }, unset: ["collection"] },
      flow,
    );
    expect(after.nodes[1]?.config).toEqual({ top_k: 3 });
  });

  it("do nothing to a node or an edge that is there already, so that a stream may repeat itself", () => {
    const again: Edit = { op: "add_node", node: makeNode("find", "llm", "Other") };
    expect(applyEdit(again, flow)).toBe(flow);
    expect(applyEdit({ op: "connect", source: "ask", target: "find" }, flow)).toBe(flow);
  });
});

describe("the marks of a turn", () => {
  it("say added, changed and removed", () => {
    const after = applyEdits(
      [
        { op: "add_node", node: makeNode("new", "llm", "New") },
        { op: "update_node", id: "find", set: { config: { top_k: 3 } } },
        { op: "remove_node", id: "send" },
      ],
      flow,
    );
    const diff = diffWorkflows(flow, after);
    expect([diff.added, diff.changed, diff.removed]).toEqual([1, 1, 1]);
    expect(diff.fields.get("find")).toEqual(["top_k"]);
    expect(diff.removedNodes.map((node) => node.id)).toEqual(["send"]);
    expect(diff.removedEdges.map((edge) => edge.id)).toEqual(["each//send"]);
  });

  it("are all additions for the first turn", () => {
    expect(diffWorkflows(null, flow).added).toBe(flow.nodes.length);
    expect(diffWorkflows(EMPTY_WORKFLOW, flow).addedEdges.size).toBe(flow.edges.length);
  });

  it("do not count a move by hand", () => {
    const after = applyEdit({ op: "place_node", id: "ask", position: [5, 5] }, flow);
    expect(diffWorkflows(flow, after).nodes.size).toBe(0);
  });

  it("compare config as JSON, whatever the order of keys", () => {
    expect(same({ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 })).toBe(true);
    expect(same({ a: 1 }, { a: 1, b: undefined })).toBe(false);
    expect(same([1, 2], [2, 1])).toBe(false);
  });
});
