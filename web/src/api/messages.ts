/** A chat's messages: the branch on the screen page by page, one message with its workflow, and what changes them. */
import { type InfiniteData, type QueryClient, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { components } from "@/contract/api.gen";
import type { Edit } from "@/model/edits";
import type { SavedLayout } from "@/model/layout";
import type { Message } from "@/model/message";
import { api, body } from "./client";
import { asMessage, asWireEdits } from "./wire";

export interface MessagePage {
  /** Oldest first. */
  items: Message[];
  next_cursor: string | null;
  /** Ids of the branch's messages that changed the diagram; null on older pages. */
  turns: string[] | null;
}

export const messageKeys = {
  ofChat: (chatId: string) => ["messages", chatId] as const,
  branch: (chatId: string, through: string | null) => [...messageKeys.ofChat(chatId), { through }] as const,
  one: (id: string) => ["message", id] as const,
};

const PAGE = 50;
const LARGE_PAGE = 200;
const FRESH_MS = 10_000;

/** The branch through a message down to its end, or the newest one; newest page first. */
export function useBranchPages(chatId: string | null, through: string | null) {
  return useInfiniteQuery({
    queryKey: messageKeys.branch(chatId ?? "", through),
    queryFn: async ({ pageParam, signal }): Promise<MessagePage> => {
      const page = await body(
        api.GET("/api/chats/{chat_id}/messages", {
          params: { path: { chat_id: chatId ?? "" }, query: { leaf: through, ...pageParam } },
          signal,
        }),
      );
      return { ...page, items: page.items.map(asMessage) };
    },
    initialPageParam: { limit: PAGE } as { limit: number; cursor?: string },
    // Whoever goes far up, or follows a link there, gets there in fewer steps.
    getNextPageParam: ({ next_cursor }, pages) =>
      next_cursor === null ? undefined : { cursor: next_cursor, limit: pages.length < 3 ? PAGE : LARGE_PAGE },
    enabled: chatId !== null,
  });
}

/** One message with its workflow and layout. */
export function useMessage(id: string | null) {
  return useQuery({
    queryKey: messageKeys.one(id ?? ""),
    queryFn: ({ signal }) => fetchMessage(id ?? "", signal),
    enabled: id !== null,
    // What a workflow lacks changes with the collections around it; a live turn is kept fresh by its events.
    staleTime: (query) => (query.state.data?.status === "streaming" ? Number.POSITIVE_INFINITY : FRESH_MS),
  });
}

export async function fetchMessage(id: string, signal?: AbortSignal): Promise<Message> {
  return asMessage(await body(api.GET("/api/messages/{message_id}", { params: { path: { message_id: id } }, signal })));
}

export function stopTurn(id: string): Promise<unknown> {
  return api.POST("/api/messages/{message_id}/stop", { params: { path: { message_id: id } } });
}

/** The newest message of the branch through `id`. */
export async function fetchLeaf(chatId: string, id: string): Promise<string> {
  const page = await body(
    api.GET("/api/chats/{chat_id}/messages", {
      params: { path: { chat_id: chatId }, query: { leaf: id, limit: 1 } },
    }),
  );
  return page.leaf ?? id;
}

/** Hand edits on the diagram that message `shownId` drew; `baseSeq` is the number of edits it had when it was shown. */
export async function postEdits(
  client: QueryClient,
  shownId: string,
  edits: Edit[],
  baseSeq: number,
): Promise<Message> {
  const made = await body(
    api.POST("/api/messages/{message_id}/edits", {
      params: { path: { message_id: shownId } },
      body: { edits: asWireEdits(edits), base_seq: baseSeq, branch: false },
    }),
  );
  return shownNow(client, made);
}

/** The first edits of a chat that starts on the canvas. */
export async function postFirstEdits(client: QueryClient, chatId: string, edits: Edit[]): Promise<Message> {
  const made = await body(
    api.POST("/api/chats/{chat_id}/edits", {
      params: { path: { chat_id: chatId } },
      body: { edits: asWireEdits(edits) },
    }),
  );
  return shownNow(client, made);
}

/** Takes edits `seqs` (null: all) of a message back, on the diagram that `shownId` drew. */
export async function undoEdits(
  client: QueryClient,
  shownId: string,
  ofMessage: string,
  seqs: number[] | null,
  /** Also what later changes build on; otherwise those are named and nothing is undone. */
  anyway: boolean,
): Promise<Message> {
  const made = await body(
    api.POST("/api/messages/{message_id}/undo", {
      params: { path: { message_id: shownId } },
      body: { message_id: ofMessage, seqs, anyway },
    }),
  );
  return shownNow(client, made);
}

/** Which messages made and changed a step of the diagram that message `shownId` drew, oldest first. */
export function useNodeHistory(shownId: string, editCount: number, nodeId: string) {
  return useQuery({
    queryKey: ["node-history", shownId, editCount, nodeId],
    queryFn: async ({ signal }) =>
      (
        await body(
          api.GET("/api/messages/{message_id}/nodes/{node_id}/history", {
            params: { path: { message_id: shownId, node_id: nodeId } },
            signal,
          }),
        )
      ).items,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export type NodeOrigin = components["schemas"]["NodeOrigin"];

/** Keeps the places of a message's nodes; the first browser that laid it out wins. */
export async function putLayout(messageId: string, layout: SavedLayout): Promise<void> {
  await api.PUT("/api/messages/{message_id}/layout", {
    params: { path: { message_id: messageId } },
    body: { layout } as never,
  });
}

function shownNow(client: QueryClient, wire: Parameters<typeof asMessage>[0]): Message {
  const message = asMessage(wire);
  putMessages(client, message.chat_id, [message]);
  return message;
}

/** How a branch is asked for that begins on the screen, before its first page came from the server. */
export const FIRST_PAGE = { limit: PAGE };

/** Puts messages into every branch of their chat that is in the cache: those known are replaced, new ones join the newest page
 * of the branch that holds their parent. */
export function putMessages(client: QueryClient, chatId: string, messages: readonly Message[]): void {
  for (const message of messages) {
    client.setQueriesData<InfiniteData<MessagePage>>({ queryKey: messageKeys.ofChat(chatId) }, (data) =>
      data ? withMessage(data, message) : data,
    );
    if (message.workflow_data) client.setQueryData(messageKeys.one(message.id), message);
  }
}

export function withMessage(data: InfiniteData<MessagePage>, message: Message): InfiniteData<MessagePage> {
  const known = data.pages.some((page) => page.items.some((other) => other.id === message.id));
  if (known) {
    return {
      ...data,
      pages: data.pages.map((page) => ({
        ...page,
        items: page.items.map((other) => (other.id === message.id ? message : other)),
      })),
    };
  }
  const newest = data.pages[0];
  if (!newest || (newest.items.at(-1)?.id ?? null) !== message.parent_id) return data;
  return { ...data, pages: [{ ...newest, items: [...newest.items, message] }, ...data.pages.slice(1)] };
}
