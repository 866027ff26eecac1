import ELK from "elkjs/lib/elk.bundled.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TEST_CATALOGUE } from "../testing";
import { type Config, makeEdge, makeNode, type WorkflowData, type WorkflowNode } from "../workflow";
import { labelWidth } from "./flow";
import { fullLayout, type RunElk } from "./full";
import { routeEdges } from "./routes";
import { hitsBox } from "./segments";
import { type Box, type Direction, endY, LABEL_H, overlaps } from "./types";

const catalogue = TEST_CATALOGUE;
const elk = new ELK();
const runElk: RunElk = (graph) => elk.layout(graph);

/** A random diagram: each node hangs below an earlier one of its level, some are joined again. */
const anyWorkflow = fc
  .array(
    fc.record({
      from: fc.nat(),
      join: fc.option(fc.nat()),
      kind: fc.constantFrom("llm", "condition", "loop", "switch"),
    }),
    {
      minLength: 1,
      maxLength: 24,
    },
  )
  .map((steps): WorkflowData => {
    const nodes: WorkflowNode[] = [makeNode("start", "manual_trigger", "Start")];
    const edges = new Map<string, ReturnType<typeof makeEdge>>();
    steps.forEach((step, index) => {
      const from = nodes[step.from % nodes.length] as WorkflowNode;
      const id = `n${index}`;
      const intoLoop = from.type === "loop" && step.from % 2 === 0;
      const config: Config =
        step.kind === "switch"
          ? { cases: ["one", "two", "three", "four"].map((name) => ({ name, expression: "1" })) }
          : {};
      nodes.push(makeNode(id, step.kind, id, { parent: intoLoop ? from.id : from.parent, config }));
      const handle = (node: WorkflowNode, pick: number) =>
        node.type === "condition"
          ? ["true", "false"][pick % 2]
          : node.type === "switch"
            ? ["one", "two", "three", "four"][pick % 4]
            : null;
      const add = (source: WorkflowNode, target: string, pick: number) => {
        const edge = makeEdge(source.id, target, handle(source, pick) ?? null);
        edges.set(edge.id, edge);
      };
      if (!intoLoop) add(from, id, step.from);
      const siblings = nodes.filter((node) => node.parent === (intoLoop ? from.id : from.parent) && node.id !== id);
      const other = step.join === null ? undefined : siblings[step.join % Math.max(1, siblings.length)];
      if (other && other.id !== from.id) add(other, id, step.join ?? 0);
    });
    return { name: "", nodes, edges: [...edges.values()] };
  });

function siblings(workflow: WorkflowData, boxes: Map<string, Box>, id: string): Box[] {
  const parent = workflow.nodes.find((node) => node.id === id)?.parent ?? null;
  return workflow.nodes.filter((node) => node.parent === parent).flatMap((node) => boxes.get(node.id) ?? []);
}

const directions = fc.constantFrom<Direction>("down", "right");

describe("the full layout", () => {
  it("covers no node by another, whatever the diagram", async () => {
    await fc.assert(
      fc.asyncProperty(anyWorkflow, directions, async (workflow, direction) => {
        const boxes = await fullLayout(workflow, direction, catalogue, runElk);
        expect(boxes.size).toBe(workflow.nodes.length);
        for (const node of workflow.nodes) {
          const own = boxes.get(node.id) as Box;
          for (const other of siblings(workflow, boxes, node.id))
            if (other !== own) expect(overlaps(own, other)).toBe(false);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("follows every edge along the axis", async () => {
    await fc.assert(
      fc.asyncProperty(anyWorkflow, async (workflow) => {
        const boxes = await fullLayout(workflow, "down", catalogue, runElk);
        for (const edge of workflow.edges) {
          const [source, target] = [boxes.get(edge.source), boxes.get(edge.target)];
          if (source && target) expect(target.y).toBeGreaterThanOrEqual(endY(source) + 36);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("puts the first branch first", async () => {
    const workflow: WorkflowData = {
      name: "",
      nodes: [makeNode("c", "condition", "C"), makeNode("no", "llm", "No"), makeNode("yes", "llm", "Yes")],
      edges: [makeEdge("c", "no", "false"), makeEdge("c", "yes", "true")],
    };
    const boxes = await fullLayout(workflow, "down", catalogue, runElk);
    expect(boxes.get("yes")?.x).toBeLessThan(boxes.get("no")?.x ?? 0);
    expect(boxes.get("yes")?.y).toBe(116);
  });

  it("does not stretch a branch beside a tall loop", async () => {
    const workflow: WorkflowData = {
      name: "",
      nodes: [
        makeNode("c", "condition", "C"),
        makeNode("a", "llm", "A"),
        makeNode("b", "llm", "B"),
        makeNode("each", "loop", "Each"),
        makeNode("x", "llm", "X", { parent: "each" }),
        makeNode("y", "llm", "Y", { parent: "each" }),
      ],
      edges: [makeEdge("c", "a", "true"), makeEdge("a", "b"), makeEdge("c", "each", "false"), makeEdge("x", "y")],
    };
    const boxes = await fullLayout(workflow, "down", catalogue, runElk);
    expect(boxes.get("a")?.y).toBe(boxes.get("each")?.y);
    expect(boxes.get("b")?.y).toBe((boxes.get("a")?.y ?? 0) + 92);
    expect(boxes.get("each")).toMatchObject({ w: 208, h: 200 });
  });
});

describe("routes", () => {
  it("cross no node, whatever the diagram", async () => {
    await fc.assert(
      fc.asyncProperty(anyWorkflow, directions, async (workflow, direction) => {
        const boxes = await fullLayout(workflow, direction, catalogue, runElk);
        const { routes } = routeEdges(workflow, boxes, direction, catalogue);
        for (const edge of workflow.edges) {
          const points = routes.get(edge.id)?.points ?? [];
          expect(points.length).toBeGreaterThanOrEqual(2);
          for (const [index, to] of points.slice(1).entries()) {
            const from = points[index] as { x: number; y: number };
            expect(from.x === to.x || from.y === to.y).toBe(true);
            for (const box of siblings(workflow, boxes, edge.source)) expect(hitsBox(from, to, box, -0.01)).toBe(false);
          }
        }
      }),
      { numRuns: 25 },
    );
  }, 30_000);

  it("name each branch on its own edge, on no node and on no other name", async () => {
    await fc.assert(
      fc.asyncProperty(anyWorkflow, async (workflow) => {
        const boxes = await fullLayout(workflow, "down", catalogue, runElk);
        const { routes, open } = routeEdges(workflow, boxes, "down", catalogue);
        const labels = [
          ...[...routes.values()].flatMap((route) => route.label ?? []),
          ...open.map((branch) => branch.label),
        ];
        const box = (label: { text: string; x: number; y: number }): Box => {
          const w = labelWidth(label.text);
          return { x: label.x - w / 2, y: label.y - LABEL_H / 2, w, h: LABEL_H };
        };
        labels.forEach((label, index) => {
          for (const other of labels.slice(index + 1)) expect(overlaps(box(label), box(other), -1)).toBe(false);
        });
      }),
      { numRuns: 25 },
    );
  }, 30_000);

  it("go straight where the target stands below", () => {
    const workflow: WorkflowData = {
      name: "",
      nodes: [makeNode("a", "manual_trigger", "A"), makeNode("b", "llm", "B")],
      edges: [makeEdge("a", "b")],
    };
    const boxes = new Map([
      ["a", { x: 0, y: 0, w: 184, h: 56 }],
      ["b", { x: 0, y: 92, w: 184, h: 56 }],
    ]);
    expect(routeEdges(workflow, boxes, "down", catalogue).routes.get("a//b")?.points).toEqual([
      { x: 92, y: 56 },
      { x: 92, y: 92 },
    ]);
  });

  it("show a way out that leads nowhere", () => {
    const workflow: WorkflowData = {
      name: "",
      nodes: [makeNode("ask", "approval", "Ask"), makeNode("b", "llm", "B")],
      edges: [makeEdge("ask", "b", "approved")],
    };
    const boxes = new Map([
      ["ask", { x: 0, y: 0, w: 184, h: 56 }],
      ["b", { x: 0, y: 116, w: 184, h: 56 }],
    ]);
    const { open, routes } = routeEdges(workflow, boxes, "down", catalogue);
    expect(open.map((branch) => branch.handle)).toEqual(["rejected"]);
    expect(routes.get("ask/approved/b")?.points).toHaveLength(2);
  });
});
