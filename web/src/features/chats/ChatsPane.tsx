"use client";
/** The chats pane: new chat, search, the list, and the ways to knowledge and settings. Deleting is undone by one click. */
import { BookOpen, PanelLeftClose, Search, Settings2, SquarePen } from "lucide-react";
import Link from "next/link";
import { type ReactNode, useEffect, useMemo } from "react";
import { type Chat, useChats } from "@/api/chats";
import { messageOf } from "@/api/errors";
import { Button, IconButton } from "@/ui/Button";
import { Kbd } from "@/ui/Kbd";
import { LoadingBars } from "@/ui/Loading";
import { Mark } from "@/ui/Mark";
import { Notice } from "@/ui/Notice";
import { ChatList } from "./ChatList";
import { useDeletedChat, useDeletingChat } from "./deletion";

interface Props {
  current: string | null;
  onOpen: (id: string | null) => void;
  onNew: () => void;
  onSearch: () => void;
  /** Folds the pane away; null where it is a tab. */
  onClose: (() => void) | null;
  collections: number | null;
}

const UNDO_MS = 8000;

export function ChatsPane({ current, onOpen, onNew, onSearch, onClose, collections }: Props) {
  const list = useChats();
  const chats = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const deletion = useDeletingChat();
  const deleted = useDeletedChat();
  const { forget } = deletion;

  useEffect(() => {
    if (!deleted) return;
    const timer = setTimeout(forget, UNDO_MS);
    return () => clearTimeout(timer);
  }, [deleted, forget]);

  const onDelete = (chat: Chat) => deletion.remove(chat, () => chat.id === current && onOpen(null));

  return (
    <>
      <div className="flex h-12 flex-none items-center gap-1 pr-2 pl-4">
        <span className="flex min-w-0 flex-1 items-center gap-2 text-lg font-semibold tracking-[-0.01em]">
          <Mark />
          Parley
        </span>
        {onClose && (
          <IconButton label="Hide chats" title="Hide chats (Ctrl+B)" onClick={onClose}>
            <PanelLeftClose size={16} strokeWidth={1.75} aria-hidden="true" />
          </IconButton>
        )}
        <IconButton label="New chat" title="New chat (Alt+N)" onClick={onNew}>
          <SquarePen size={16} strokeWidth={1.75} aria-hidden="true" />
        </IconButton>
      </div>
      <button
        type="button"
        onClick={onSearch}
        aria-label="Search"
        className="mx-3 mb-2 flex h-8 flex-none items-center gap-2 rounded-md bg-active px-2.5 text-left text-2 hover:text-1 max-tab:h-11"
      >
        <Search size={16} strokeWidth={1.75} aria-hidden="true" />
        <span className="flex-1">Search</span>
        <span className="max-tab:hidden">
          <Kbd>Ctrl K</Kbd>
        </span>
      </button>
      <ChatsBody list={list} chats={chats}>
        <ChatList
          chats={chats}
          current={current}
          hasMore={list.hasNextPage}
          loadingMore={list.isFetchingNextPage}
          loadMore={list.fetchNextPage}
          onOpen={onOpen}
          onDelete={onDelete}
        />
      </ChatsBody>
      {deletion.error && (
        <Notice className="mx-3 mb-2" title="Nothing was changed.">
          {messageOf(deletion.error)}
        </Notice>
      )}
      {deleted && (
        <div
          role="status"
          className="mx-3 mb-2 flex items-center gap-2 rounded-lg border border-line bg-raised py-1 pr-1 pl-3 shadow-card"
        >
          <span className="min-w-0 flex-1 truncate text-2">
            Deleted <b className="font-medium text-1">{deleted.title || "New chat"}</b>
          </span>
          <Button variant="plain" size="xs" onClick={() => deletion.undo(onOpen)}>
            Undo
          </Button>
        </div>
      )}
      <nav aria-label="Pages" className="flex-none border-t border-line p-2">
        <PageLink href="/knowledge" icon={<BookOpen size={16} strokeWidth={1.75} aria-hidden="true" />}>
          <span className="flex-1">Knowledge</span>
          {collections !== null && collections > 0 && <span className="num text-xs text-3">{collections}</span>}
        </PageLink>
        <PageLink href="/settings" icon={<Settings2 size={16} strokeWidth={1.75} aria-hidden="true" />}>
          Settings
        </PageLink>
      </nav>
    </>
  );
}

function ChatsBody({
  list,
  chats,
  children,
}: {
  list: ReturnType<typeof useChats>;
  chats: Chat[];
  children: ReactNode;
}) {
  if (list.isPending) {
    return (
      <LoadingBars label="Loading chats" widths={[30, 82, 66, 74, 58]} className="flex-1 content-start px-4 py-4" />
    );
  }
  if (list.isError && chats.length === 0) {
    return (
      <div className="flex-1 p-3">
        <Notice
          title="The chats could not be loaded."
          action={
            <Button variant="plain" size="xs" onClick={() => void list.refetch()}>
              Try again
            </Button>
          }
        >
          {messageOf(list.error)}
        </Notice>
      </div>
    );
  }
  if (chats.length === 0) {
    return <p className="flex-1 text-pretty px-4 py-3 text-3">Your chats will be listed here, newest first.</p>;
  }
  return children;
}

function PageLink({ href, icon, children }: { href: string; icon: ReactNode; children: ReactNode }) {
  return (
    <Link
      href={href}
      // Their code is not part of the first page.
      prefetch={false}
      className="flex h-8 items-center gap-2.5 rounded-md px-2 text-2 hover:bg-hover hover:text-1 max-tab:h-11"
    >
      {icon}
      {children}
    </Link>
  );
}
