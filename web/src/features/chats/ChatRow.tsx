"use client";
/** One chat: title and time; on hover its menu takes the place of the time. Renamed in place. */
import { Ellipsis, Pencil, Trash2 } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { type Chat, useRenameChat } from "@/api/chats";
import { longTime, shortTime } from "@/model/dates";
import { IconButton } from "@/ui/Button";
import { cn } from "@/ui/cn";
import { Menu, MenuItem } from "@/ui/Menu";

interface Props {
  chat: Chat;
  isCurrent: boolean;
  now: Date;
  onOpen: (id: string) => void;
  onDelete: (chat: Chat) => void;
}

export function ChatRow({ chat, isCurrent, now, onOpen, onDelete }: Props) {
  const [renaming, setRenaming] = useState(false);
  const title = chat.title || "New chat";
  const updated = new Date(chat.updated_at);
  if (renaming) return <RenameField chat={chat} onDone={() => setRenaming(false)} />;
  return (
    <div
      className={cn(
        "group/chat relative flex h-8 items-center rounded-md text-2 hover:bg-hover max-tab:h-11",
        isCurrent && "bg-active font-medium text-1 hover:bg-active",
      )}
    >
      <button
        type="button"
        onClick={() => onOpen(chat.id)}
        onDoubleClick={() => setRenaming(true)}
        aria-current={isCurrent ? "page" : undefined}
        title={title}
        className="flex h-full min-w-0 flex-1 items-center gap-2 rounded-md px-2 text-left focus-visible:-outline-offset-2"
      >
        <span className="min-w-0 flex-1 truncate">{title}</span>
        <time
          dateTime={chat.updated_at}
          title={longTime(updated)}
          className="num flex-none text-xs font-normal text-3 pointer-fine:group-focus-within/chat:invisible pointer-fine:group-hover/chat:invisible"
        >
          {shortTime(updated, now)}
        </time>
      </button>
      <span className="absolute right-1 opacity-0 group-focus-within/chat:opacity-100 group-hover/chat:opacity-100 has-aria-expanded:opacity-100 pointer-coarse:static pointer-coarse:opacity-100">
        <Menu
          trigger={
            <IconButton label={`Menu of ${title}`} size="xs" className="hover:bg-active">
              <Ellipsis size={16} strokeWidth={1.75} aria-hidden="true" />
            </IconButton>
          }
        >
          <MenuItem
            icon={<Pencil size={16} strokeWidth={1.75} aria-hidden="true" />}
            onSelect={() => setTimeout(() => setRenaming(true))}
          >
            Rename
          </MenuItem>
          <MenuItem
            icon={<Trash2 size={16} strokeWidth={1.75} aria-hidden="true" />}
            onSelect={() => onDelete(chat)}
            danger
          >
            Delete
          </MenuItem>
        </Menu>
      </span>
    </div>
  );
}

function RenameField({ chat, onDone }: { chat: Chat; onDone: () => void }) {
  const rename = useRenameChat();
  const [title, setTitle] = useState(chat.title);
  const done = useRef(false);
  const finish = (save: boolean) => {
    if (done.current) return;
    done.current = true;
    const next = title.trim();
    if (save && next !== "" && next !== chat.title) rename.mutate({ id: chat.id, title: next }, { onSettled: onDone });
    else onDone();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.nativeEvent.isComposing) finish(true);
    else if (event.key === "Escape") {
      event.stopPropagation();
      finish(false);
    }
  };
  return (
    <input
      aria-label="Chat title"
      // biome-ignore lint/a11y/noAutofocus: the person just asked to rename this chat
      autoFocus
      value={title}
      maxLength={200}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setTitle(event.target.value)}
      onBlur={() => finish(true)}
      onKeyDown={onKeyDown}
      className="h-8 w-full rounded-md border border-line-strong bg-raised px-[7px] text-1 outline-none focus:border-focus max-tab:h-11 max-tab:text-xl"
    />
  );
}
