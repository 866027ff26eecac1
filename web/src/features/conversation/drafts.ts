/** What was typed and not yet sent, by chat; it outlives switching chats, refusals and reloads. */
import { create } from "zustand";
import { persist } from "zustand/middleware";

interface Drafts {
  texts: Record<string, string>;
  set: (key: string, text: string) => void;
}

const MOST_KEPT = 50;

export const useDrafts = create<Drafts>()(
  persist(
    (set) => ({
      texts: {},
      set: (key, text) =>
        set(({ texts }) => {
          const { [key]: _old, ...others } = texts;
          if (text === "") return { texts: others };
          const kept = Object.entries(others).slice(-(MOST_KEPT - 1));
          return { texts: { ...Object.fromEntries(kept), [key]: text } };
        }),
    }),
    { name: "parley.drafts", version: 1 },
  ),
);
