"use client";
/** Chats that were deleted in the last 30 days, each brought back by one click. */
import { useMemo } from "react";
import { useChats, useRestoreChat } from "@/api/chats";
import { messageOf } from "@/api/errors";
import { longTime } from "@/model/dates";
import { Button } from "@/ui/Button";
import { LoadingBars } from "@/ui/Loading";
import { Notice } from "@/ui/Notice";

export function DeletedChats({ onRestored }: { onRestored: (id: string) => void }) {
  const list = useChats(true);
  const restore = useRestoreChat();
  const chats = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  if (list.isPending) return <LoadingBars label="Loading deleted chats" />;
  if (list.isError) {
    return (
      <Notice
        title="The deleted chats could not be loaded."
        action={
          <Button variant="plain" size="xs" onClick={() => void list.refetch()}>
            Try again
          </Button>
        }
      >
        {messageOf(list.error)}
      </Notice>
    );
  }
  if (chats.length === 0) return <p className="text-3">A deleted chat waits here for 30 days.</p>;
  return (
    <>
      {restore.isError && (
        <Notice className="mb-2" title="Not restored.">
          {messageOf(restore.error)}
        </Notice>
      )}
      <ul aria-label="Deleted chats" className="divide-y divide-line rounded-lg border border-line">
        {chats.map((chat) => (
          <li key={chat.id} className="flex min-h-11 items-center gap-3 py-1 pr-2 pl-3">
            <span className="min-w-0 flex-1">
              <span className="block truncate" title={chat.title}>
                {chat.title || "New chat"}
              </span>
              {chat.deleted_at && (
                <span className="num block text-xs text-3">Deleted {longTime(new Date(chat.deleted_at))}</span>
              )}
            </span>
            <Button size="sm" onClick={() => restore.mutate(chat.id, { onSuccess: () => onRestored(chat.id) })}>
              Restore
            </Button>
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <Button variant="plain" size="sm" className="mt-2" onClick={() => void list.fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  );
}
