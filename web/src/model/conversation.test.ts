import fc from "fast-check";
import { expect, it } from "vitest";
import { flattenPages, foldAfter, mergeDeltas, reduceTurn, rowsOf, turnShown, turnsOf } from "./conversation";
import type { Edit } from "./edits";
import type { Message, TurnEvent } from "./message";

let count = 0;
function message(patch: Partial<Message>): Message {
  count += 1;
  return {
    id: `m${count}`,
    chat_id: "c",
    parent_id: null,
    role: "assistant",
    content: "",
    edits: [],
    changes: [],
    rejected: [],
    workflow_data: null,
    summaries: {},
    layout: null,
    issues: [],
    question: null,
    suggestions: [],
    siblings: [],
    status: "done",
    error: null,
    planner: "builtin",
    model: null,
    usage: null,
    created_at: "2026-11-20T10:00:00Z",
    finished_at: null,
    ...patch,
  };
}

function added(id: string): Edit {
  return {
    op: "add_node",
    node: {
      id,
      type: "llm",
      label: `Node ${id}`,
      config: {},
      parent: null,
      position: null,
      retry: null,
      timeout: null,
      on_error: null,
    },
  };
}

const edits: Edit[] = [
  added("a"),
  added("b"),
  { op: "connect", source: "a", target: "b", source_handle: null },
  { op: "update_node", id: "b", set: { config: { prompt: "x" } } },
  added("c"),
  { op: "remove_node", id: "c", bridge: false },
];

it("reaches the same message from any snapshot, also when events are sent again", () => {
  const events: TurnEvent[] = edits.flatMap((edit, seq): TurnEvent[] => [
    { type: "reply.delta", text: `word${seq} ` },
    { type: "edit.applied", edit, seq, summary: null },
  ]);
  const start = message({ status: "streaming" });
  const whole = events.reduce(reduceTurn, start);
  fc.assert(
    fc.property(fc.nat(events.length), (cut) => {
      const snapshot = events.slice(0, cut).reduce(reduceTurn, start);
      const rest = events.slice(cut);
      const again = events.slice(0, cut).filter((event) => event.type === "edit.applied");
      expect([...again, ...rest].reduce(reduceTurn, snapshot)).toEqual(whole);
    }),
  );
  expect(whole.workflow_data?.nodes.map((node) => node.id)).toEqual(["a", "b"]);
});

it("tells a turn's edits in one line per node", () => {
  const start = message({ status: "streaming" });
  const whole = edits
    .map((edit, seq): TurnEvent => ({ type: "edit.applied", edit, seq, summary: null }))
    .reduce(reduceTurn, start);
  expect(whole.changes).toEqual([
    { sign: "added", node_id: "a", title: "Node a", detail: "", seqs: [0] },
    { sign: "added", node_id: "b", title: "Node b", detail: "after Node a", seqs: [1, 2, 3] },
  ]);
});

it("makes one change of the screen from the deltas of a frame", () => {
  const events: TurnEvent[] = [
    { type: "reply.delta", text: "a" },
    { type: "reply.delta", text: "b" },
    { type: "question", text: "Which?", choices: [] },
    { type: "reply.delta", text: "c" },
  ];
  expect(mergeDeltas(events)).toEqual([
    { type: "reply.delta", text: "ab" },
    { type: "question", text: "Which?", choices: [] },
    { type: "reply.delta", text: "c" },
  ]);
});

const u1 = message({ id: "u1", role: "user" });
const a1 = message({ id: "a1", parent_id: "u1", edits: [added("a")] });
const e1 = message({ id: "e1", role: "edit", parent_id: "a1", edits: [added("b")] });
const u2 = message({ id: "u2", role: "user", parent_id: "e1" });
const a2 = message({ id: "a2", parent_id: "u2" });

it("joins a question and its answer into one row, and keeps the row's key when a page brings the question", () => {
  expect(rowsOf([u1, a1, e1, u2]).map((row) => [row.kind, row.key])).toEqual([
    ["turn", "u1"],
    ["edit", "e1"],
    ["turn", "u2"],
  ]);
  expect(rowsOf([a1, e1])[0]?.key).toBe("u1");
});

it("adds what changed the diagram since the server named the turns", () => {
  expect(turnsOf(["a0", "a1"], [u1, a1, e1, u2, a2])).toEqual(["a0", "a1", "e1"]);
});

it("folds what comes after the shown turn", () => {
  const rows = rowsOf([u1, a1, e1, u2, a2]);
  expect(foldAfter(rows, "a1").later).toHaveLength(2);
  expect(foldAfter(rows, "a2").later).toHaveLength(0);
  expect(foldAfter(rows, null).visible).toHaveLength(3);
  expect(foldAfter(rows, "elsewhere").visible).toHaveLength(3);
});

it("puts pages, the newest first, into one order without doubles", () => {
  const pages = [{ items: [e1, u2, a2] }, { items: [u1, a1, e1] }];
  expect(flattenPages(pages).map((each) => each.id)).toEqual(["u1", "a1", "e1", "u2", "a2"]);
});

it("shows for a question the diagram of the turn before it", () => {
  const messages = [u1, a1, e1, u2, a2];
  expect(turnShown(["a1", "e1"], messages, "a2")).toBe("e1");
  expect(turnShown(["a1", "e1"], messages, "a1")).toBe("a1");
  expect(turnShown([], messages, "a2")).toBeNull();
});
