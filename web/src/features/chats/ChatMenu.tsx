"use client";
/** The menu of the chat on the screen: rename, delete, and what else the workspace puts into it. */
import { Ellipsis, Pencil, Trash2 } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { IconButton } from "@/ui/Button";
import { Menu, MenuItem, MenuSeparator } from "@/ui/Menu";

const RenameDialog = lazy(() => import("./RenameDialog"));

interface Props {
  chat: { id: string; title: string } | null;
  onDelete: () => void;
  children?: ReactNode;
}

export function ChatMenu({ chat, onDelete, children }: Props) {
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
      </Menu>
      {renaming && chat && (
        <Suspense>
          <RenameDialog chat={chat} onClose={() => setRenaming(false)} />
        </Suspense>
      )}
    </>
  );
}
