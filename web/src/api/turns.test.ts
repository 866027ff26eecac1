import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Message, TurnEvent } from "@/model/message";
import { FIRST_PAGE, messageKeys } from "./messages";
import { branchOff, leaveTurn, sendMessage, useFollowing } from "./turns";

function message(id: string, parent: string | null, patch: Partial<Message> = {}): Message {
  return {
    id,
    chat_id: "c",
    parent_id: parent,
    role: "assistant",
    content: "",
    edits: [],
    changes: [],
    rejected: [],
    workflow_data: { name: "", nodes: [], edges: [] },
    summaries: {},
    layout: null,
    issues: [],
    question: null,
    suggestions: [],
    siblings: [id],
    status: "streaming",
    error: null,
    planner: null,
    model: null,
    usage: null,
    created_at: "2026-11-20T10:00:00Z",
    finished_at: null,
    ...patch,
  };
}

const user = message("u2", "a1", { role: "user", content: "Hello", workflow_data: null, status: "done" });
const reply = message("a2", "u2");
const older = { items: [message("u1", null), message("a1", "u1")], next_cursor: null, turns: ["a1"] };

function frames(...events: TurnEvent[]): string {
  return events
    .map((event, index) => `id: ${index}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    .join("");
}

let client: QueryClient;
beforeEach(() => {
  client = new QueryClient();
  client.setQueryData(messageKeys.branch("c", null), { pages: [older], pageParams: [undefined] });
});
afterEach(() => {
  leaveTurn();
  vi.unstubAllGlobals();
});

function shown(): string[] {
  const data = client.getQueryData<{ pages: { items: Message[] }[] }>(messageKeys.branch("c", null));
  return data?.pages.flatMap((page) => page.items.map((item) => item.id)) ?? [];
}

it("streams a reply into the cache and re-attaches where the connection broke", async () => {
  const asked: [string, string | null][] = [];
  const done = { ...reply, content: "Built it.", status: "done" as const };
  const answers = [
    frames({ type: "turn.started", message: reply, user_message: user }, { type: "reply.delta", text: "Built " }),
    `id: 2\nevent: turn.finished\ndata: ${JSON.stringify({ type: "turn.finished", message: done })}\n\n`,
  ];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    asked.push([url, new Headers(init.headers).get("Last-Event-ID")]);
    return new Response(answers.shift());
  });
  const started = await sendMessage(client, "c", { content: "Hello", planner: "auto", model: null });
  expect(started.id).toBe("a2");
  expect(shown()).toEqual(["u1", "a1", "u2", "a2"]);
  await vi.waitFor(() => expect(useFollowing.getState().messageId).toBeNull());
  expect(client.getQueryData<Message>(messageKeys.one("a2"))?.content).toBe("Built it.");
  expect(asked).toEqual([
    ["/api/chats/c/messages", null],
    ["/api/messages/a2/events", "1"],
  ]);
});

it("hands a refusal to the sender and shows nothing", async () => {
  vi.stubGlobal("fetch", async () =>
    Response.json({ error: "turn_in_progress", message: "A reply is being written.", details: {} }, { status: 409 }),
  );
  await expect(sendMessage(client, "c", { content: "Hello", planner: "auto", model: null })).rejects.toMatchObject({
    code: "turn_in_progress",
  });
  expect(shown()).toEqual(["u1", "a1"]);
});

it("leaves later messages on their own branch when an earlier one is edited", () => {
  const data = {
    pages: [{ items: [user, reply], next_cursor: "x", turns: ["a1", "a2"] }, older],
    pageParams: [undefined, "x"],
  };
  const edited = message("u3", "a1", { role: "user" });
  const after = branchOff(data, edited, message("a3", "u3"));
  expect(after?.pages.map((page) => page.items.map((item) => item.id))).toEqual([["u1", "a1", "u3", "a3"]]);
  expect(after?.pages[0]?.turns).toEqual(["a1"]);
  expect(after?.pageParams).toEqual([FIRST_PAGE]);
});

it("puts a second answer in the place of the first", () => {
  const data = {
    pages: [{ items: [user, reply], next_cursor: null, turns: ["a1", "a2"] }, older],
    pageParams: [undefined, "x"],
  };
  const again = branchOff(data, user, message("a9", "u2"));
  expect(again?.pages[0]?.items.map((item) => item.id)).toEqual(["u2", "a9"]);
});

it("begins a new branch at the root", () => {
  const first = message("u5", null, { role: "user" });
  expect(branchOff(undefined, first, message("a5", "u5"))?.pages[0]?.items.map((item) => item.id)).toEqual([
    "u5",
    "a5",
  ]);
});

it("asks the server when the parent is not on the screen", () => {
  expect(branchOff({ pages: [older], pageParams: [undefined] }, message("u6", "zz"), reply)).toBeNull();
});
