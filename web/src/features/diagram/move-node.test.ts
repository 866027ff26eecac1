import { describe, expect, it } from "vitest";
import { applyEdits, invertEdits } from "@/model/edits";
import { TEST_CATALOGUE } from "@/model/testing";
import { makeEdge, makeNode, type WorkflowData } from "@/model/workflow";
import { movesOf } from "./move-node";

const flow: WorkflowData = {
  name: "",
  nodes: [
    makeNode("ask", "chat_trigger", "Question"),
    makeNode("write", "llm", "Write"),
    makeNode("each", "loop", "For each"),
    makeNode("draft", "llm", "Draft", { parent: "each" }),
    makeNode("polish", "llm", "Polish", { parent: "each" }),
    makeNode("end", "output", "Answer"),
  ],
  edges: [makeEdge("ask", "write"), makeEdge("write", "each"), makeEdge("draft", "polish"), makeEdge("each", "end")],
};

function movedNode(nodeId: string): { labels: string[]; workflow: WorkflowData; back: WorkflowData } {
  const moves = movesOf(nodeId, flow, TEST_CATALOGUE);
  const edits = moves[0]?.edits ?? [];
  const workflow = applyEdits(edits, flow);
  return {
    labels: moves.map((move) => move.label),
    workflow,
    back: applyEdits(invertEdits(edits, flow), workflow),
  };
}

const edges = (workflow: WorkflowData) => workflow.edges.map((edge) => edge.id).sort();

describe("moving a step across a loop's border", () => {
  it("into the loop: it becomes the last step of the body, and what it stood between is joined", () => {
    const { labels, workflow } = movedNode("write");
    expect(labels).toEqual(["Move into “For each”"]);
    expect(workflow.nodes.find((node) => node.id === "write")?.parent).toBe("each");
    expect(edges(workflow)).toEqual(["ask//each", "draft//polish", "each//end", "polish//write"]);
  });

  it("out of the loop: it comes right after it", () => {
    const { labels, workflow } = movedNode("polish");
    expect(labels).toEqual(["Move out of “For each”"]);
    expect(workflow.nodes.find((node) => node.id === "polish")?.parent).toBeNull();
    expect(edges(workflow)).toEqual(["ask//write", "each//polish", "polish//end", "write//each"]);
  });

  it("is taken back as a whole", () => {
    const { back } = movedNode("draft");
    expect(edges(back)).toEqual(edges(flow));
    expect(back.nodes.find((node) => node.id === "draft")?.parent).toBe("each");
  });

  it("is not offered to what starts the workflow, nor where there is no loop", () => {
    expect(movesOf("ask", flow, TEST_CATALOGUE)).toEqual([]);
    const plain = { ...flow, nodes: flow.nodes.filter((node) => node.type !== "loop") };
    expect(movesOf("write", plain, TEST_CATALOGUE)).toEqual([]);
  });

  it("leaves no edge across a border at any point", () => {
    for (const node of flow.nodes) {
      for (const { edits } of movesOf(node.id, flow, TEST_CATALOGUE)) {
        for (let count = 1; count <= edits.length; count += 1) {
          const workflow = applyEdits(edits.slice(0, count), flow);
          const parent = new Map(workflow.nodes.map((other) => [other.id, other.parent]));
          for (const edge of workflow.edges) expect(parent.get(edge.source)).toBe(parent.get(edge.target));
        }
      }
    }
  });
});
