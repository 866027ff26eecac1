"use client";
/** The chats, newest first, grouped by day, page by page, only those near the screen drawn. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState } from "react";
import type { Chat } from "@/api/chats";
import { groupName } from "@/model/dates";
import { LoadingBars } from "@/ui/Loading";
import { ChatRow } from "./ChatRow";

interface Props {
  chats: Chat[];
  current: string | null;
  hasMore: boolean;
  loadingMore: boolean;
  loadMore: () => void;
  onOpen: (id: string) => void;
  onDelete: (chat: Chat) => void;
}

type Entry = { kind: "group"; name: string } | { kind: "chat"; chat: Chat };

export function entriesOf(chats: readonly Chat[], now: Date): Entry[] {
  const entries: Entry[] = [];
  let group = "";
  for (const chat of chats) {
    const name = groupName(new Date(chat.updated_at), now);
    if (name !== group) entries.push({ kind: "group", name });
    group = name;
    entries.push({ kind: "chat", chat });
  }
  return entries;
}

const GROUP_HEIGHT = 32;
const AHEAD = 10;

export function ChatList({ chats, current, hasMore, loadingMore, loadMore, onOpen, onDelete }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const now = useToday();
  const entries = useMemo(() => entriesOf(chats, now), [chats, now]);
  const virtualizer = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (entries[index]?.kind === "group" ? GROUP_HEIGHT : 32),
    getItemKey: (index) => {
      const entry = entries[index];
      return entry?.kind === "chat" ? entry.chat.id : (entry?.name ?? index);
    },
    overscan: 12,
    paddingStart: 4,
    paddingEnd: 12,
  });
  const items = virtualizer.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && !loadingMore && lastShown >= entries.length - AHEAD) loadMore();
  }, [hasMore, loadingMore, loadMore, lastShown, entries.length]);

  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-2">
      <ul aria-label="Chats" className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {items.map((item) => {
          const entry = entries[item.index];
          if (!entry) return null;
          return (
            <li
              key={item.key}
              ref={virtualizer.measureElement}
              data-index={item.index}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              {entry.kind === "group" ? (
                <h2 className="px-2 pt-3 pb-1 text-xs font-medium text-3">{entry.name}</h2>
              ) : (
                <ChatRow
                  chat={entry.chat}
                  isCurrent={entry.chat.id === current}
                  now={now}
                  onOpen={onOpen}
                  onDelete={onDelete}
                />
              )}
            </li>
          );
        })}
      </ul>
      {loadingMore && <LoadingBars label="Loading more chats" widths={[60, 72]} className="px-2 py-3" />}
    </div>
  );
}

/** Now, and again after midnight: "Today" must not become wrong while the page stays open. */
function useToday(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const midnight = new Date(now);
    midnight.setHours(24, 0, 1, 0);
    const timer = setTimeout(() => setNow(new Date()), midnight.getTime() - now.getTime());
    return () => clearTimeout(timer);
  }, [now]);
  return now;
}
