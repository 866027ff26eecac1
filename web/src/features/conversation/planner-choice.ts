/** Who plans: automatic, the built-in planner, or one of the models that are set up. Remembered in this browser. */
import { create } from "zustand";
import { persist } from "zustand/middleware";

interface PlannerChoice {
  /** "auto", "builtin", or a model's name. */
  choice: string;
  choose: (choice: string) => void;
}

export const usePlannerChoice = create<PlannerChoice>()(
  persist((set) => ({ choice: "auto", choose: (choice) => set({ choice }) }), { name: "parley.planner", version: 1 }),
);

export function plannerRequest(choice: string): { planner: "auto" | "builtin" | "model"; model: string | null } {
  if (choice === "auto" || choice === "builtin") return { planner: choice, model: null };
  return { planner: "model", model: choice };
}
