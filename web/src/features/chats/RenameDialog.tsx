"use client";
/** Another title for the chat on the screen. */
import { type FormEvent, useState } from "react";
import { useRenameChat } from "@/api/chats";
import { messageOf } from "@/api/errors";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Field, TextInput } from "@/ui/Field";

export default function RenameDialog({ chat, onClose }: { chat: { id: string; title: string }; onClose: () => void }) {
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
