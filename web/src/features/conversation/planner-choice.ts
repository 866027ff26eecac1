/** Who plans in a chat: automatic, the built-in planner, or one of the models that are set up. Remembered in this browser, chat by chat;
 * a new chat starts with the last choice. */
import { create } from "zustand";
import { persist } from "zustand/middleware";

interface PlannerChoices {
  /** "auto", "builtin", or a model's name, by chat. */
  byChat: Record<string, string>;
  last: string;
  choose: (chatId: string | null, choice: string) => void;
}

const MOST_KEPT = 200;

export const usePlannerChoices = create<PlannerChoices>()(
  persist(
    (set) => ({
      byChat: {},
      last: "auto",
      choose: (chatId, choice) =>
        set(({ byChat }) => {
          if (chatId === null) return { last: choice };
          const { [chatId]: _old, ...others } = byChat;
          const kept = Object.entries(others).slice(-(MOST_KEPT - 1));
          return { byChat: { ...Object.fromEntries(kept), [chatId]: choice }, last: choice };
        }),
    }),
    { name: "parley.planner", version: 2 },
  ),
);

export function plannerRequest(choice: string): { planner: "auto" | "builtin" | "model"; model: string | null } {
  if (choice === "auto" || choice === "builtin") return { planner: choice, model: null };
  return { planner: "model", model: choice };
}
