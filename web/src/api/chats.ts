/** Chats: the list, one chat, and what changes them. Deleting is undone by restoring. */
import { type QueryClient, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { components } from "@/contract/api.gen";
import { api, body } from "./client";

export type Chat = components["schemas"]["ChatView"];

export const chatKeys = {
  all: ["chats"] as const,
  list: (deleted: boolean) => [...chatKeys.all, "list", { deleted }] as const,
  one: (id: string) => [...chatKeys.all, "one", id] as const,
};

const PAGE = 50;

export function useChats(deleted = false) {
  return useInfiniteQuery({
    queryKey: chatKeys.list(deleted),
    queryFn: ({ pageParam, signal }) =>
      body(api.GET("/api/chats", { params: { query: { cursor: pageParam, limit: PAGE, deleted } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

export function useChat(id: string | null) {
  return useQuery({
    queryKey: chatKeys.one(id ?? ""),
    queryFn: ({ signal }) => body(api.GET("/api/chats/{chat_id}", { params: { path: { chat_id: id ?? "" } }, signal })),
    enabled: id !== null,
  });
}

export function createChat(): Promise<Chat> {
  return body(api.POST("/api/chats", { body: {} }));
}

/** Titles and order of the list change with every turn. */
export function chatsChanged(client: QueryClient): Promise<void> {
  return client.invalidateQueries({ queryKey: chatKeys.all });
}

export function useRenameChat() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, title }: { id: string; title: string }) =>
      body(api.PATCH("/api/chats/{chat_id}", { params: { path: { chat_id: id } }, body: { title } })),
    // Not awaited: the caller goes on while the lists are asked for again.
    onSettled: () => void chatsChanged(client),
  });
}

export function useDeleteChat() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) => {
      await api.DELETE("/api/chats/{chat_id}", { params: { path: { chat_id: id } } });
    },
    onSettled: () => void chatsChanged(client),
  });
}

export function useRestoreChat() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) => {
      await api.POST("/api/chats/{chat_id}/restore", { params: { path: { chat_id: id } } });
    },
    onSettled: () => void chatsChanged(client),
  });
}
