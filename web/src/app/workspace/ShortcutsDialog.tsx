"use client";
/** The list of keys. */
import { Dialog } from "@/ui/Dialog";
import { Kbd } from "@/ui/Kbd";

interface Shortcut {
  keys: string;
  does: string;
}

/** Everything that works by key, for the list that `?` opens. */
const SHORTCUTS: Shortcut[] = [
  { keys: "Enter", does: "Send the message" },
  { keys: "Shift Enter", does: "New line in the message" },
  { keys: "Ctrl K", does: "Search chats, messages and steps" },
  { keys: "Alt N", does: "New chat" },
  { keys: "Ctrl B", does: "Show or hide the chats" },
  { keys: "Ctrl Enter", does: "Run the workflow" },
  { keys: "Ctrl Z", does: "Undo a change on the diagram" },
  { keys: "Ctrl Shift Z", does: "Redo it" },
  { keys: "Arrows", does: "Walk the steps of the diagram" },
  { keys: "Enter", does: "Open the selected step" },
  { keys: "Delete", does: "Remove the selected step" },
  { keys: "Esc", does: "Close the nearest panel" },
  { keys: "?", does: "This list" },
];

export default function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog open onClose={onClose} title="Keys" width="sm">
      <dl className="grid gap-1 overflow-y-auto px-5 pb-5">
        {SHORTCUTS.map(({ keys, does }) => (
          <div key={`${keys} ${does}`} className="flex min-h-7 items-center gap-4">
            <dt className="flex-1 text-2">{does}</dt>
            <dd>
              <Kbd>{keys}</Kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
