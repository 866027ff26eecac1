"use client";
/** The menu of the chat on the screen: rename, delete, and what else the workspace puts into it. */
import { Ellipsis, Pencil, Trash2 } from "lucide-react";
import { type FormEvent, type ReactNode, useState } from "react";
import { useRenameChat } from "@/api/chats";
import { messageOf } from "@/api/errors";
import { Button, IconButton } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Field, TextInput } from "@/ui/Field";
import { Menu, MenuItem, MenuSeparator } from "@/ui/Menu";

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
      {renaming && chat && <RenameDialog chat={chat} onClose={() => setRenaming(false)} />}
    </>
  );
}

function RenameDialog({ chat, onClose }: { chat: { id: string; title: string }; onClose: () => void }) {
  const rename = useRenameChat();
  const [title, setTitle] = useState(chat.title);
  const empty = title.trim() === "";
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (!empty) rename.mutate({ id: chat.id, title: title.trim() }, { onSuccess: onClose });
  };
  return (
    <Dialog open onClose={onClose} title="Rename chat" width="sm">
      <form onSubmit={onSubmit} className="grid gap-4 px-5 pb-5">
        <Field label="Title" error={rename.error ? messageOf(rename.error) : undefined}>
          {(ids) => (
            <TextInput {...ids} value={title} maxLength={200} onChange={(event) => setTitle(event.target.value)} />
          )}
        </Field>
        <div className="flex justify-end gap-2">
          <Button variant="plain" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={empty} title={empty ? "Give it a title" : undefined}>
            Rename
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
