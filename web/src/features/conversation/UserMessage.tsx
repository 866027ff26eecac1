"use client";
/** What the person said, with copy, edit and its variants. Editing makes a branch beside it. */
import { Check, Copy, Pencil } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import type { Message } from "@/model/message";
import { Button, IconButton } from "@/ui/Button";
import { cn } from "@/ui/cn";
import { Siblings } from "./Siblings";
import { useCopy } from "./use-copy";

interface Props {
  message: Message;
  /** Null: editing is off while a reply streams. */
  onEdit: ((message: Message, content: string) => Promise<boolean>) | null;
  onSwitch: (siblingId: string) => void;
}

export function UserMessage({ message, onEdit, onSwitch }: Props) {
  const [editing, setEditing] = useState(false);
  const { copied, copy } = useCopy();
  if (editing && onEdit) {
    return (
      <EditForm
        text={message.content}
        onCancel={() => setEditing(false)}
        onSend={async (content) => {
          if (await onEdit(message, content)) setEditing(false);
        }}
      />
    );
  }
  return (
    <div className="group/said flex flex-col items-end">
      <p className="max-w-[88%] whitespace-pre-wrap rounded-xl rounded-br-sm bg-inset px-3.5 py-[9px] text-lg [overflow-wrap:anywhere]">
        {message.content}
      </p>
      <div className={cn("flex h-4 items-center pointer-coarse:h-9", message.siblings.length > 1 && "my-1")}>
        <span
          className={cn(
            "flex opacity-0 focus-within:opacity-100 group-hover/said:opacity-100 pointer-coarse:opacity-100",
            copied && "opacity-100",
          )}
        >
          <IconButton label={copied ? "Copied" : "Copy message"} size="xs" onClick={() => copy(message.content)}>
            {copied ? <Check size={14} aria-hidden="true" /> : <Copy size={14} strokeWidth={1.75} aria-hidden="true" />}
          </IconButton>
          {onEdit && (
            <IconButton label="Edit message" size="xs" onClick={() => setEditing(true)}>
              <Pencil size={14} strokeWidth={1.75} aria-hidden="true" />
            </IconButton>
          )}
        </span>
        <Siblings message={message} what="the message" onSwitch={onSwitch} />
      </div>
    </div>
  );
}

function EditForm({
  text,
  onSend,
  onCancel,
}: {
  text: string;
  onSend: (content: string) => Promise<void>;
  onCancel: () => void;
}) {
  const [content, setContent] = useState(text);
  const empty = content.trim() === "";
  const send = (event?: FormEvent) => {
    event?.preventDefault();
    if (!empty) void onSend(content);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      onCancel();
    } else if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      send();
    }
  };
  return (
    <form onSubmit={send} className="mb-4 rounded-xl border border-line-strong bg-raised p-2">
      <textarea
        aria-label="Edit message"
        // biome-ignore lint/a11y/noAutofocus: the person just asked to edit this text
        autoFocus
        value={content}
        rows={Math.min(10, content.split("\n").length + 1)}
        onChange={(event) => setContent(event.target.value)}
        onKeyDown={onKeyDown}
        className="block w-full resize-none bg-transparent px-1.5 py-1 text-lg outline-none max-tab:text-xl"
      />
      <div className="flex items-center justify-end gap-2">
        <span className="flex-1 px-1.5 text-sm text-3">Makes a branch; the first version stays.</span>
        <Button variant="plain" size="sm" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" size="sm" disabled={empty} title={empty ? "There is nothing to send" : undefined}>
          Send
        </Button>
      </div>
    </form>
  );
}
