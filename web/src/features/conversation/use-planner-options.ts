"use client";
/** What the picker of the composer offers: built-in always, automatic and the models where there are any. */
import { useModels } from "@/api/settings";
import type { PlannerOption } from "./Composer";
import { usePlannerChoice } from "./planner-choice";

export function usePlannerOptions(): { value: string; onChange: (value: string) => void; choices: PlannerOption[] } {
  const { choice, choose } = usePlannerChoice();
  const models = useModels();
  const names: string[] = models.data?.items.map((model: { id: string }) => model.id) ?? [];
  const choices: PlannerOption[] = [
    ...(names.length > 0
      ? [{ value: "auto", label: "Auto", detail: "Built-in where it is sure, otherwise the model" }]
      : []),
    { value: "builtin", label: "Built-in", detail: "Milliseconds, no tokens, no key" },
    ...names.map((name) => ({ value: name, label: name })),
  ];
  const value = choices.some((option) => option.value === choice) ? choice : (choices[0]?.value ?? "builtin");
  return { value, onChange: choose, choices };
}
