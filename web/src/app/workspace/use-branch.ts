"use client";
/** Which branch of the chat is on the screen, and which of its messages the diagram belongs to. */
import { useCallback, useEffect, useMemo, useState } from "react";
import { messageOf } from "@/api/errors";
import { useBranchPages } from "@/api/messages";
import { flattenPages, turnsOf } from "@/model/conversation";
import type { Message } from "@/model/message";

export interface Branch {
  messages: Message[];
  /** Ids of the messages that changed the diagram, oldest first; also those on pages not loaded. */
  turns: string[];
  /** Turn numbers by message id. */
  numbers: ReadonlyMap<string, number>;
  /** The message whose diagram is drawn; null while there is none. */
  shown: Message | null;
  shownId: string | null;
  isEarlier: boolean;
  loading: boolean;
  error: string | null;
  hasOlder: boolean;
  loadingOlder: boolean;
  loadOlder: () => void;
  retry: () => void;
  place: string;
}

const NONE: Message[] = [];

export function useBranch(chatId: string | null, messageId: string | null): Branch {
  // The message the branch was asked through; null: the newest branch.
  const [asked, setAsked] = useState<{ chatId: string | null; through: string | null }>({ chatId, through: null });
  const through = messageId === null || asked.chatId !== chatId ? null : asked.through;
  const pages = useBranchPages(chatId, through);
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = pages;

  const messages = useMemo(() => (data ? flattenPages(data.pages) : NONE), [data]);
  const named = data?.pages[0]?.turns;
  const turns = useMemo(() => turnsOf(named ?? [], messages), [named, messages]);
  const numbers = useMemo(() => new Map(turns.map((id, index) => [id, index + 1])), [turns]);

  const found = messageId === null ? null : (messages.find((message) => message.id === messageId) ?? null);
  const isLoaded = data !== undefined;
  const onBranch = messageId === null || found !== null || turns.includes(messageId) || through === messageId;

  useEffect(() => {
    if (isLoaded && !onBranch) setAsked({ chatId, through: messageId });
  }, [isLoaded, onBranch, chatId, messageId]);
  // A message of this branch that is further up than what is loaded: its page is on the way.
  useEffect(() => {
    if (isLoaded && onBranch && messageId !== null && found === null && hasNextPage && !isFetchingNextPage) {
      void fetchNextPage();
    }
  }, [isLoaded, onBranch, messageId, found, hasNextPage, isFetchingNextPage, fetchNextPage]);

  // A question shows the diagram that its answer left.
  const drawn = useMemo(() => {
    if (found === null || found.role !== "user") return found;
    return messages.find((message) => message.parent_id === found.id) ?? null;
  }, [found, messages]);
  const newest = useMemo(() => messages.findLast((message) => message.role !== "user") ?? null, [messages]);
  const shown = messageId === null ? newest : drawn;
  const shownId = shown?.id ?? (messageId !== null && turns.includes(messageId) ? messageId : null);

  const loadOlder = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const retry = useCallback(() => void refetch(), [refetch]);
  return {
    messages,
    turns,
    numbers,
    shown,
    shownId,
    isEarlier: shownId !== null && newest !== null && shownId !== newest.id,
    loading: chatId !== null && !isLoaded && !pages.isError,
    error: pages.isError ? messageOf(pages.error) : null,
    hasOlder: hasNextPage,
    loadingOlder: isFetchingNextPage,
    loadOlder,
    retry,
    place: through ?? "newest",
  };
}
