/** A chat's messages: the branch on the screen page by page, one message with its workflow, and what changes them. */
import { type InfiniteData, type QueryClient, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { Edit } from "@/model/edits";
import type { Message } from "@/model/message";
import { api, body } from "./client";

export interface MessagePage {
  items: Message[];
  next_cursor: string | null;
}

export const messageKeys = {
  ofChat: (chatId: string) => ["messages", chatId] as const,
  branch: (chatId: string, leaf: string | null) => [...messageKeys.ofChat(chatId), { leaf }] as const,
  one: (id: string) => ["message", id] as const,
};

/** The branch that ends in `leaf`, or in the newest one; newest page first. */
export function useBranch(chatId: string | null, leaf: string | null) {
  return useInfiniteQuery({
    queryKey: messageKeys.branch(chatId ?? "", leaf),
    queryFn: ({ pageParam, signal }): Promise<MessagePage> =>
      body(
        api.GET("/api/chats/{chat_id}/messages", {
          params: { path: { chat_id: chatId ?? "" }, query: { leaf: leaf ?? undefined, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    enabled: chatId !== null,
  });
}

/** One message with its workflow and layout. */
export function useMessage(id: string | null) {
  return useQuery({
    queryKey: messageKeys.one(id ?? ""),
    queryFn: ({ signal }) => fetchMessage(id ?? "", signal),
    enabled: id !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function fetchMessage(id: string, signal?: AbortSignal): Promise<Message> {
  return body(api.GET("/api/messages/{message_id}", { params: { path: { message_id: id } }, signal }));
}

export function stopTurn(id: string): Promise<unknown> {
  return api.POST("/api/messages/{message_id}/stop", { params: { path: { message_id: id } } });
}

export function postEdits(messageId: string, edits: Edit[], baseSeq: number): Promise<Message> {
  return body(
    api.POST("/api/messages/{message_id}/edits", {
      params: { path: { message_id: messageId } },
      body: { edits, base_seq: baseSeq },
    }),
  );
}

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
  if (!newest || (newest.items[0]?.id ?? null) !== message.parent_id) return data;
  return { ...data, pages: [{ ...newest, items: [message, ...newest.items] }, ...data.pages.slice(1)] };
}
