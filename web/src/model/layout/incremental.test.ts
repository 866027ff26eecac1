import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyEdits, type Edit } from "../edits";
import { TEST_CATALOGUE } from "../testing";
import { makeEdge, makeNode, type WorkflowData } from "../workflow";
import { flowOf, treeOf } from "./flow";
import { incrementalLayout } from "./incremental";
import { type Box, overlaps } from "./types";

const catalogue = TEST_CATALOGUE;

/** A diagram of chains, branches and one loop, grown edit by edit from nothing. */
const grown = fc
  .array(fc.record({ pick: fc.nat(), kind: fc.constantFrom("after", "between", "branch", "inside", "loop") }), {
    minLength: 1,
    maxLength: 14,
  })
  .map((steps) => {
    let workflow: WorkflowData = { name: "", nodes: [makeNode("start", "manual_trigger", "Start")], edges: [] };
    let boxes = layout(null, new Map(), workflow);
    steps.forEach((step, index) => {
      const next = applyEdits(growth(workflow, step.kind, step.pick, `n${index}`), workflow);
      boxes = layout(workflow, boxes, next);
      workflow = next;
    });
    return { workflow, boxes };
  });

function growth(workflow: WorkflowData, kind: string, pick: number, id: string): Edit[] {
  const at = workflow.nodes[pick % workflow.nodes.length];
  const edge = workflow.edges[pick % Math.max(1, workflow.edges.length)];
  const parent = at?.parent ?? null;
  if (!at) return [];
  if (kind === "between" && edge) {
    const inside = workflow.nodes.find((node) => node.id === edge.source)?.parent ?? null;
    return [
      { op: "disconnect", ...edge },
      { op: "add_node", node: makeNode(id, "llm", id, { parent: inside }) },
      { op: "connect", source: edge.source, target: id, source_handle: edge.source_handle },
      { op: "connect", source: id, target: edge.target },
    ];
  }
  const loop = workflow.nodes.find((node) => node.type === "loop");
  if (kind === "inside" && loop) return [{ op: "add_node", node: makeNode(id, "llm", id, { parent: loop.id }) }];
  const type = kind === "loop" ? "loop" : kind === "branch" ? "condition" : "llm";
  return [
    { op: "add_node", node: makeNode(id, type, id, { parent }) },
    { op: "connect", source: at.id, target: id, source_handle: at.type === "condition" ? "true" : null },
  ];
}

function layout(before: WorkflowData | null, base: Map<string, Box>, after: WorkflowData) {
  return incrementalLayout({ before, base, after, direction: "down", catalogue });
}

function movedNodes(before: Map<string, Box>, after: Map<string, Box>) {
  return [...before].flatMap(([id, box]) => {
    const now = after.get(id);
    return now && (now.x !== box.x || now.y !== box.y) ? [{ id, dx: now.x - box.x, dy: now.y - box.y }] : [];
  });
}

/** Siblings that cover each other. */
function covered(workflow: WorkflowData, boxes: Map<string, Box>): string[] {
  const flow = flowOf(workflow, "down", catalogue);
  return [...flow.levels.values()].flatMap((ids) =>
    ids.flatMap((a, index) =>
      ids.slice(index + 1).flatMap((b) => {
        const [left, right] = [boxes.get(a), boxes.get(b)];
        return left && right && overlaps(left, right) ? [`${a} ${b}`] : [];
      }),
    ),
  );
}

describe("the law of stable places", () => {
  it("keeps every node where it is when only its content changes", () => {
    fc.assert(
      fc.property(grown, fc.nat(), ({ workflow, boxes }, pick) => {
        const id = workflow.nodes[pick % workflow.nodes.length]?.id ?? "";
        const after = applyEdits([{ op: "update_node", id, set: { label: "Other", config: { a: 1 } } }], workflow);
        expect(layout(workflow, boxes, after)).toEqual(boxes);
      }),
      { numRuns: 60 },
    );
  });

  it("closes no gap when a node is removed", () => {
    fc.assert(
      fc.property(grown, fc.nat(), fc.boolean(), ({ workflow, boxes }, pick, bridge) => {
        const id = workflow.nodes[pick % workflow.nodes.length]?.id ?? "";
        const after = applyEdits([{ op: "remove_node", id, bridge }], workflow);
        const now = layout(workflow, boxes, after);
        expect(movedNodes(boxes, now)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("shifts only what lies further along, as one block, when a node is inserted", () => {
    fc.assert(
      fc.property(grown, fc.nat(), fc.constantFrom("after", "between", "branch"), ({ workflow, boxes }, pick, kind) => {
        const after = applyEdits(growth(workflow, kind, pick, "fresh"), workflow);
        const now = layout(workflow, boxes, after);
        const fresh = now.get("fresh");
        const outer = new Set(workflow.nodes.filter((node) => node.parent === null).map((node) => node.id));
        const inLoop = after.nodes.find((node) => node.id === "fresh")?.parent != null;
        const shifts = movedNodes(boxes, now).filter((move) => outer.has(move.id));
        expect(shifts.every((move) => move.dx === 0 && move.dy > 0)).toBe(true);
        expect(new Set(shifts.map((move) => move.dy)).size).toBeLessThanOrEqual(1);
        for (const move of shifts) {
          if (!inLoop) expect(boxes.get(move.id)?.y).toBeGreaterThanOrEqual(fresh?.y ?? 0);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("covers no node by another, however the diagram grew", () => {
    fc.assert(
      fc.property(grown, ({ workflow, boxes }) => {
        expect(covered(workflow, boxes)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it("keeps a loop around its body", () => {
    fc.assert(
      fc.property(grown, ({ workflow, boxes }) => {
        const flow = flowOf(workflow, "down", catalogue);
        for (const [parent] of flow.levels) {
          const loop = parent === null ? undefined : boxes.get(parent);
          if (!loop || parent === null) continue;
          for (const id of treeOf(flow, parent).slice(1)) {
            const box = boxes.get(id);
            expect(box && box.x >= loop.x + 12 && box.x + box.w <= loop.x + loop.w - 12).toBe(true);
            expect(box && box.y >= loop.y + 40 && box.y + box.h <= loop.y + loop.h - 12).toBe(true);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it("never moves a placed node", () => {
    fc.assert(
      fc.property(grown, fc.nat(), fc.nat(), ({ workflow, boxes }, which, pick) => {
        const node = workflow.nodes[which % workflow.nodes.length];
        const box = node && boxes.get(node.id);
        if (!node || !box) return;
        const fixed = applyEdits([{ op: "place_node", id: node.id, position: [box.x, box.y] }], workflow);
        const after = applyEdits(growth(fixed, "between", pick, "fresh"), fixed);
        expect(layout(fixed, boxes, after).get(node.id)).toMatchObject({ x: box.x, y: box.y });
      }),
      { numRuns: 100 },
    );
  });
});

describe("inserting", () => {
  const chain: WorkflowData = {
    name: "",
    nodes: [makeNode("a", "manual_trigger", "A"), makeNode("b", "llm", "B"), makeNode("c", "output", "C")],
    edges: [makeEdge("a", "b"), makeEdge("b", "c")],
  };
  const base = layout(null, new Map(), chain);

  it("stacks a chain with the gaps of the design", () => {
    expect([...base.values()].map((box) => [box.x, box.y])).toEqual([
      [0, 0],
      [0, 92],
      [0, 184],
    ]);
  });

  it("shifts by exactly one row and its gap", () => {
    const after = applyEdits(growth(chain, "between", 0, "fresh"), chain);
    const now = layout(chain, base, after);
    expect(now.get("fresh")).toMatchObject({ x: 0, y: 92 });
    expect(now.get("b")?.y).toBe(184);
    expect(now.get("c")?.y).toBe(276);
  });

  it("uses a gap that an earlier removal left", () => {
    const shorter = applyEdits([{ op: "remove_node", id: "b", bridge: true }], chain);
    const kept = layout(chain, base, shorter);
    const after = applyEdits(growth(shorter, "between", 0, "fresh"), shorter);
    const now = layout(shorter, kept, after);
    expect(now.get("c")).toEqual(base.get("c"));
    expect(now.get("fresh")).toMatchObject({ x: 0, y: 92 });
  });

  it("draws a new loop around nodes that stay in their column", () => {
    const after = applyEdits(
      [
        { op: "disconnect", source: "a", target: "b" },
        { op: "disconnect", source: "b", target: "c" },
        { op: "add_node", node: makeNode("each", "loop", "For each") },
        { op: "update_node", id: "b", set: { parent: "each" } },
        { op: "connect", source: "a", target: "each" },
        { op: "connect", source: "each", target: "c" },
      ],
      chain,
    );
    const now = layout(chain, base, after);
    expect(now.get("a")).toEqual(base.get("a"));
    expect(now.get("each")).toEqual({ x: -12, y: 92, w: 208, h: 108 });
    expect(now.get("b")).toMatchObject({ x: 0, y: 132 });
    expect(now.get("c")).toMatchObject({ x: 0, y: 236 });
  });

  it("flows to the right in a wide pane", () => {
    const wide = incrementalLayout({ before: null, base: new Map(), after: chain, direction: "right", catalogue });
    expect([...wide.values()].map((box) => [box.x, box.y, box.w])).toEqual([
      [0, 0, 184],
      [220, 0, 184],
      [440, 0, 184],
    ]);
  });
});
