"use client";
/** The list of keys. */
import { Dialog } from "@/ui/Dialog";
import { Kbd } from "@/ui/Kbd";
import { SHORTCUTS } from "./shortcuts";

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
