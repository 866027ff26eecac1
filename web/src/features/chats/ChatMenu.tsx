"use client";
/** The menu of the chat on the screen: rename, delete, and what else the workspace puts into it. */
import { Ellipsis, Pencil, Trash2 } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import type { Chat } from "@/api/chats";
import { duration, money, number } from "@/model/format";
import { IconButton } from "@/ui/Button";
import { Menu, MenuItem, MenuSeparator } from "@/ui/Menu";

function tookOf(usage: Chat["usage"]): string {
  const tokens = `${number(usage.input_tokens)} tokens in, ${number(usage.output_tokens)} out`;
  return [duration(usage.seconds * 1000), tokens, money(usage.cost)].filter(Boolean).join(", ");
}

const RenameDialog = lazy(() => import("./RenameDialog"));

interface Props {
  chat: { id: string; title: string } | null;
  /** What its turns took so far. */
  usage: Chat["usage"] | null;
  onDelete: () => void;
  children?: ReactNode;
}

export function ChatMenu({ chat, usage, onDelete, children }: Props) {
  const [renaming, setRenaming] = useState(false);
  return (
    <>
      <Menu
        trigger={
          <IconButton label="Chat menu">
            <Ellipsis size={16} strokeWidth={1.75} aria-hidden="true" />
          </IconButton>
        }
      >
        {chat && (
          <>
            <MenuItem
              icon={<Pencil size={16} strokeWidth={1.75} aria-hidden="true" />}
              onSelect={() => setRenaming(true)}
            >
              Rename
            </MenuItem>
            <MenuItem icon={<Trash2 size={16} strokeWidth={1.75} aria-hidden="true" />} onSelect={onDelete} danger>
              Delete
            </MenuItem>
            <MenuSeparator />
          </>
        )}
        {children}
        {usage && usage.input_tokens + usage.output_tokens > 0 && (
          <>
            <MenuSeparator />
            <p className="num px-2 py-1.5 text-xs text-3">{`This chat: ${tookOf(usage)}`}</p>
          </>
        )}
      </Menu>
      {renaming && chat && (
        <Suspense>
          <RenameDialog chat={chat} onClose={() => setRenaming(false)} />
        </Suspense>
      )}
    </>
  );
}
