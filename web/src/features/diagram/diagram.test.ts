import { describe, expect, it } from "vitest";
import { diffWorkflows } from "@/model/diff";
import { applyEdits } from "@/model/edits";
import { incrementalLayout, routeEdges } from "@/model/layout";
import { TEST_CATALOGUE } from "@/model/testing";
import { makeEdge, makeNode, type WorkflowData } from "@/model/workflow";
import { addNodeEdits, freshId, placeAfter } from "./new-node";
import { reuse, type SceneInput, sceneOf } from "./scene";
import { fitted, revealed } from "./view";
import { nextNode } from "./walk";

const flow: WorkflowData = {
  name: "Answers",
  nodes: [
    makeNode("ask", "chat_trigger", "Question arrives"),
    makeNode("check", "condition", "Found something?"),
    makeNode("yes", "llm", "Write answer"),
    makeNode("each", "loop", "For each"),
    makeNode("draft", "llm", "Draft", { parent: "each" }),
  ],
  edges: [makeEdge("ask", "check"), makeEdge("check", "yes", "true"), makeEdge("check", "each", "false")],
};
const boxes = incrementalLayout({
  before: null,
  base: new Map(),
  after: flow,
  direction: "down",
  catalogue: TEST_CATALOGUE,
});
const pane = { width: 720, height: 850, right: 0, bottom: 0, overview: false };

function input(rest: Partial<SceneInput> = {}): SceneInput {
  return {
    workflow: flow,
    boxes,
    routing: routeEdges(flow, boxes, "down", TEST_CATALOGUE),
    direction: "down",
    catalogue: TEST_CATALOGUE,
    summaries: {},
    issues: [],
    diff: null,
    ghosts: new Map(),
    ghostSource: null,
    nodeStates: null,
    edgeStates: null,
    still: false,
    selectedNode: null,
    tabStop: null,
    selectedEdge: null,
    editable: true,
    preview: false,
    ...rest,
  };
}

describe("the scene", () => {
  it("has a handle for every edge's end, so that none is left out", () => {
    const { nodes, edges } = sceneOf(input());
    for (const edge of edges) {
      const handles = (id: string) => nodes.find((node) => node.id === id)?.handles?.map((handle) => handle.id);
      expect(handles(edge.source)).toContain(edge.sourceHandle);
      expect(handles(edge.target)).toContain(edge.targetHandle);
    }
    expect(edges).toHaveLength(3);
  });

  it("draws a body inside its loop, relative to it and above it", () => {
    const { nodes } = sceneOf(input());
    const loop = nodes.find((node) => node.id === "each");
    const draft = nodes.find((node) => node.id === "draft");
    expect(draft).toMatchObject({ parentId: "each", position: { x: 12, y: 40 } });
    expect(draft?.zIndex).toBeGreaterThan(loop?.zIndex ?? 0);
  });

  it("names the worst that stands against a node", () => {
    const issue = { code: "x", message: "m", node_id: "yes", edge_id: null, field: null };
    const { nodes } = sceneOf(
      input({
        issues: [
          { ...issue, level: "warning" },
          { ...issue, level: "missing", field: "prompt" },
        ],
      }),
    );
    expect(nodes.find((node) => node.id === "yes")?.data.issue?.level).toBe("missing");
  });

  it("hangs removed nodes on what they hung on", () => {
    const after = applyEdits([{ op: "remove_node", id: "yes" }], flow);
    const ghosts = new Map([["yes", boxes.get("yes") as NonNullable<ReturnType<typeof boxes.get>>]]);
    const { nodes, edges } = sceneOf(
      input({
        workflow: after,
        diff: diffWorkflows(flow, after),
        ghosts,
        ghostSource: { workflow: flow, summaries: {} },
        routing: routeEdges(after, boxes, "down", TEST_CATALOGUE),
      }),
    );
    expect(nodes.find((node) => node.id === "ghost:yes")?.data).toMatchObject({ ghost: true, mark: "removed" });
    expect(edges.find((edge) => edge.target === "ghost:yes")?.data?.look).toBe("removed");
  });

  it("keeps the objects of what did not change, and only those", () => {
    const before = sceneOf(input());
    const after = sceneOf(input({ selectedNode: "yes" }));
    const kept = reuse(before.nodes, after.nodes);
    const same = kept.filter((node) => before.nodes.includes(node)).map((node) => node.id);
    expect(same).toEqual(["ask", "check", "each", "draft"]);
  });

  it("draws a loop before the steps in it, whichever was made first", () => {
    const reversed = { ...flow, nodes: [...flow.nodes].reverse() };
    const ids = sceneOf(input({ workflow: reversed })).nodes.map((node) => node.id);
    expect(ids.indexOf("each")).toBeLessThan(ids.indexOf("draft"));
  });
});

describe("the view", () => {
  const small = { x: 100, y: 50, w: 400, h: 300 };

  it("shows a small diagram at full size, in the middle", () => {
    expect(fitted(small, pane, true)).toMatchObject({ zoom: 1, x: 60 });
  });

  it("opens a large diagram where it begins, at a size one can read", () => {
    const large = { x: 0, y: 0, w: 400, h: 20_000 };
    expect(fitted(large, pane, false)).toMatchObject({ zoom: 0.45, y: 60 });
    expect(fitted(large, pane, true).zoom).toBe(0.05);
  });

  it("keeps a diagram that fills the pane clear of the overview", () => {
    const wide = { x: 0, y: 0, w: 3000, h: 3000 };
    const { x, y, zoom } = fitted(wide, { ...pane, overview: true }, true);
    const inCorner = x + wide.w * zoom > pane.width - 116 && y + wide.h * zoom > pane.height - 116;
    expect(inCorner).toBe(false);
    expect(fitted(small, { ...pane, overview: true }, true)).toEqual(fitted(small, pane, true));
  });

  it("moves just enough to show a node, and not at all for one in sight", () => {
    const view = { x: 0, y: 0, zoom: 1 };
    expect(revealed(small, view, pane)).toBeNull();
    expect(revealed({ ...small, x: 400 }, view, { ...pane, right: 272 })).toEqual({ x: -364, y: 0, zoom: 1 });
  });
});

describe("arrow keys", () => {
  const walk = (key: Parameters<typeof nextNode>[0], from: string) => nextNode(key, from, flow, boxes, "down");

  it("follow the edges along the axis and go to neighbours across it", () => {
    expect(walk("ArrowDown", "ask")).toBe("check");
    expect(walk("ArrowUp", "check")).toBe("ask");
    expect(walk("ArrowRight", "yes")).toBe("each");
    expect(walk("ArrowDown", "each")).toBe("draft");
    expect(walk("ArrowUp", "ask")).toBeNull();
  });

  it("stay in their row where it has a neighbour, though another row has a nearer one", () => {
    const at = (x: number, y: number) => ({ x, y, w: 184, h: 56 });
    const rows = new Map([
      ["ask", at(104, 0)],
      ["left", at(0, 92)],
      ["right", at(208, 92)],
    ]);
    expect(nextNode("ArrowRight", "left", { name: "", nodes: [], edges: [] }, rows, "down")).toBe("right");
  });
});

describe("a step added by hand", () => {
  it("takes a free way out", () => {
    const open = { ...flow, edges: flow.edges.filter((edge) => edge.source_handle !== "false") };
    expect(placeAfter("check", open, TEST_CATALOGUE)).toEqual({
      after: "check",
      handle: "false",
      before: null,
      parent: null,
    });
  });

  it("goes between a node and the only one that follows, leaving by its first branch", () => {
    const type = TEST_CATALOGUE.get("approval");
    if (!type) throw new Error("the test catalogue has approval");
    const where = placeAfter("ask", flow, TEST_CATALOGUE);
    const { id, edits } = addNodeEdits(type, where, flow, new Set(["approval"]), TEST_CATALOGUE);
    expect(id).toBe("approval_2");
    const after = applyEdits(edits, flow);
    expect(after.edges.map((edge) => edge.id)).toEqual(
      expect.arrayContaining(["ask//approval_2", "approval_2/approved/check"]),
    );
    expect(after.edges.some((edge) => edge.id === "ask//check")).toBe(false);
  });

  it("gets an id that templates can use and that was never used", () => {
    expect(freshId("Search documents", new Set())).toBe("search_documents");
    expect(freshId("Loop", new Set())).toBe("loop_step");
    expect(freshId("7 days!", new Set())).toBe("days");
    expect(freshId("日本", new Set(["step"]))).toBe("step_2");
  });
});
