/** Live turns: sends a message, follows its stream into the query cache, and re-attaches when the connection drops.
 * Closing the page does not stop a turn; `stopTurn` does. One turn is followed at a time: that of the chat on the screen. */
import { type InfiniteData, type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { create } from "zustand";
import { mergeDeltas, reduceTurn } from "@/model/conversation";
import type { Message, TurnEvent } from "@/model/message";
import { chatsChanged } from "./chats";
import { ApiError, isAbort } from "./errors";
import { FIRST_PAGE, type MessagePage, messageKeys, putMessages, withMessage } from "./messages";
import { followStream, readStream, type StreamEvent } from "./sse";

interface Following {
  messageId: string | null;
  chatId: string | null;
  /** Milliseconds until the next try to re-attach; null while connected. */
  waiting: number | null;
  set: (patch: Partial<Omit<Following, "set">>) => void;
}

export const useFollowing = create<Following>()((set) => ({ messageId: null, chatId: null, waiting: null, set }));

const FRAME_MS = 16;

/** Collects the events of a frame: a fast planner sends hundreds, and each change of the cache draws the screen. */
class Screen {
  private pending: TurnEvent[] = [];
  private timer: ReturnType<typeof setTimeout> | null = null;
  private drawnAt = 0;

  constructor(
    private readonly client: QueryClient,
    private message: Message,
  ) {}

  show(event: TurnEvent): void {
    this.pending.push(event);
    const since = performance.now() - this.drawnAt;
    if (since >= FRAME_MS) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), FRAME_MS - since);
  }

  flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.pending.length === 0) return;
    this.message = mergeDeltas(this.pending).reduce(reduceTurn, this.message);
    this.pending = [];
    this.drawnAt = performance.now();
    putMessages(this.client, this.message.chat_id, [this.message]);
  }
}

function turnEvent(event: StreamEvent): TurnEvent {
  return JSON.parse(event.data) as TurnEvent;
}

function isEnd(event: TurnEvent): boolean {
  return event.type === "turn.finished" || event.type === "turn.failed";
}

let current: AbortController | null = null;

/** Stops following, not the turn. */
export function leaveTurn(): void {
  current?.abort();
  current = null;
  useFollowing.getState().set({ messageId: null, chatId: null, waiting: null });
}

function begin(): AbortController {
  leaveTurn();
  current = new AbortController();
  return current;
}

async function ended(client: QueryClient, abort: AbortController): Promise<void> {
  if (current === abort) leaveTurn();
  await chatsChanged(client);
}

/** Follows a turn that is streaming, from a snapshot on, until its end. */
export async function followTurn(client: QueryClient, message: Message, lastId: string | null = null): Promise<void> {
  const abort = begin();
  const { set } = useFollowing.getState();
  set({ messageId: message.id, chatId: message.chat_id });
  const screen = new Screen(client, message);
  try {
    const events = followStream(`/api/messages/${message.id}/events`, {
      signal: abort.signal,
      isLast: (event) => isEnd(turnEvent(event)),
      onWaiting: (waiting) => set({ waiting }),
      lastId,
    });
    for await (const event of events) screen.show(turnEvent(event));
    screen.flush();
    await ended(client, abort);
  } catch (error) {
    if (isAbort(error)) return;
    if (current === abort) leaveTurn();
    // The turn is not live any more: what is stored is the truth.
    await client.invalidateQueries({ queryKey: messageKeys.ofChat(message.chat_id) });
    await client.invalidateQueries({ queryKey: messageKeys.one(message.id) });
  }
}

export interface NewMessage {
  content: string;
  parent_id?: string | null;
  branch?: boolean;
  planner: "auto" | "builtin" | "model";
  model: string | null;
}

/** The browser's, for "every morning at 7". */
function timezone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

/** Sends a message. Resolves with the reply's message when the turn has begun; throws ApiError when it was refused. */
export function sendMessage(client: QueryClient, chatId: string, message: NewMessage): Promise<Message> {
  return startTurn(client, `/api/chats/${chatId}/messages`, { ...message, timezone: timezone() });
}

/** Answers a question again: a sibling of the reply. */
export function regenerate(
  client: QueryClient,
  messageId: string,
  by: Pick<NewMessage, "planner" | "model">,
): Promise<Message> {
  return startTurn(client, `/api/messages/${messageId}/regenerate`, { ...by, timezone: timezone() });
}

function startTurn(client: QueryClient, url: string, request: unknown): Promise<Message> {
  const abort = begin();
  return new Promise((resolve, reject) => {
    void runTurn(client, url, request, abort, resolve).catch((error: unknown) => {
      if (current === abort) leaveTurn();
      reject(error);
    });
  });
}

async function runTurn(
  client: QueryClient,
  url: string,
  request: unknown,
  abort: AbortController,
  onStarted: (message: Message) => void,
): Promise<void> {
  let screen: Screen | null = null;
  let started: Message | null = null;
  let lastId: string | null = null;
  let over = false;
  try {
    for await (const event of readStream({ url, body: request }, abort.signal)) {
      const turn = turnEvent(event);
      lastId = event.id;
      if (turn.type === "turn.started" && started === null) {
        started = turn.message;
        screen = new Screen(client, turn.message);
        showNewTurn(client, turn.user_message, turn.message);
        useFollowing.getState().set({ messageId: turn.message.id, chatId: turn.message.chat_id });
        // A chat is listed from its first message on, and does not wait for the reply.
        if (turn.user_message.parent_id === null) void chatsChanged(client);
        onStarted(turn.message);
      } else screen?.show(turn);
      over = isEnd(turn);
    }
  } catch (error) {
    if (isAbort(error) && started !== null) return;
    // Before it began, the refusal is the sender's to see; after that the turn goes on without this connection.
    if (started === null) throw error;
  }
  screen?.flush();
  if (started === null)
    throw new ApiError(0, "unreachable", "The server closed the connection before the reply began.");
  if (over) await ended(client, abort);
  else await followTurn(client, started, lastId);
}

function showNewTurn(client: QueryClient, user: Message, reply: Message): void {
  const newest = messageKeys.branch(user.chat_id, null);
  const before = client.getQueryData<InfiniteData<MessagePage>>(newest);
  const after = branchOff(before, user, reply);
  if (after) client.setQueryData(newest, after);
  else void client.invalidateQueries({ queryKey: newest });
  client.setQueryData(messageKeys.one(reply.id), reply);
}

/** The newest branch after a new turn: everything later than its parent is on another branch now. Null: the parent is not here. */
export function branchOff(
  data: InfiniteData<MessagePage> | undefined,
  user: Message,
  reply: Message,
): InfiniteData<MessagePage> | null {
  const empty = { pages: [{ items: [], next_cursor: null, turns: [] }], pageParams: [FIRST_PAGE] };
  const knownUser = data?.pages.some((page) => page.items.some((message) => message.id === user.id));
  const parent = knownUser ? user.id : user.parent_id;
  const cut = parent === null ? empty : cutAfter(data, parent);
  if (cut === null) return null;
  return withMessage(knownUser ? cut : withMessage(cut, user), reply);
}

function cutAfter(data: InfiniteData<MessagePage> | undefined, id: string): InfiniteData<MessagePage> | null {
  if (!data) return null;
  const pageIndex = data.pages.findIndex((page) => page.items.some((message) => message.id === id));
  const page = data.pages[pageIndex];
  if (!page) return null;
  const items = page.items.slice(0, page.items.findIndex((message) => message.id === id) + 1);
  const kept = new Set(items);
  const dropped = new Set(
    data.pages
      .slice(0, pageIndex + 1)
      .flatMap((each) => each.items)
      .filter((message) => !kept.has(message))
      .map((message) => message.id),
  );
  const turns = (data.pages[0]?.turns ?? []).filter((turn) => !dropped.has(turn));
  return {
    pages: [{ ...page, items, turns }, ...data.pages.slice(pageIndex + 1)],
    // The newest page is asked for without a cursor.
    pageParams: [FIRST_PAGE, ...data.pageParams.slice(pageIndex + 1)],
  };
}

/** Attaches to a turn found streaming (the page was reloaded, or another tab sent it), and lets go when the chat is left. */
export function useLiveTurn(chatId: string | null, streaming: Message | null): void {
  const client = useQueryClient();
  const streamingId = streaming?.id ?? null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the message changes with every event; its id says which turn it is
  useEffect(() => {
    if (streaming && useFollowing.getState().messageId !== streaming.id) void followTurn(client, streaming);
  }, [client, streamingId]);
  useEffect(() => {
    const followed = useFollowing.getState().chatId;
    if (followed !== null && followed !== chatId) leaveTurn();
  }, [chatId]);
  useEffect(() => leaveTurn, []);
}
