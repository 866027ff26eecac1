/** Uploads under way: one request at a time per page, each with its progress, its error in words, and a way to cancel it. */
import type { QueryClient } from "@tanstack/react-query";
import { create } from "zustand";
import { isAbort, messageOf } from "@/api/errors";
import { knowledgeKeys, uploadDocument } from "@/api/knowledge";

export interface Upload {
  key: number;
  collection: string;
  name: string;
  /** 0 to 1; null: it waits for those before it. */
  sent: number | null;
  error: string | null;
}

interface Uploads {
  items: Upload[];
  add: (client: QueryClient, collection: string, files: readonly File[]) => void;
  cancel: (key: number) => void;
}

const aborts = new Map<number, AbortController>();
let lastKey = 0;
let queue: Promise<void> = Promise.resolve();

export const useUploads = create<Uploads>()((set, get) => {
  const patch = (key: number, change: Partial<Upload>) =>
    set(({ items }) => ({ items: items.map((item) => (item.key === key ? { ...item, ...change } : item)) }));
  const drop = (key: number) => {
    aborts.delete(key);
    set(({ items }) => ({ items: items.filter((item) => item.key !== key) }));
  };

  async function send(client: QueryClient, key: number, collection: string, file: File): Promise<void> {
    const abort = aborts.get(key);
    if (!abort || abort.signal.aborted) return;
    patch(key, { sent: 0 });
    try {
      await uploadDocument(collection, file, (sent) => patch(key, { sent }), abort.signal);
      drop(key);
    } catch (error) {
      if (isAbort(error)) drop(key);
      else patch(key, { error: messageOf(error), sent: null });
    }
    await client.invalidateQueries({ queryKey: knowledgeKeys.documents(collection) });
    await client.invalidateQueries({ queryKey: knowledgeKeys.collections });
  }

  return {
    items: [],
    add: (client, collection, files) => {
      for (const file of files) {
        lastKey += 1;
        const key = lastKey;
        aborts.set(key, new AbortController());
        set(({ items }) => ({ items: [...items, { key, collection, name: file.name, sent: null, error: null }] }));
        queue = queue.then(() => send(client, key, collection, file));
      }
    },
    cancel: (key) => {
      aborts.get(key)?.abort();
      if (get().items.some((item) => item.key === key && item.sent === null)) drop(key);
    },
  };
});
