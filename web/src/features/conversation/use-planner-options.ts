"use client";
/** What the picker of the composer offers: built-in always, automatic and the models where there are any. */
import { useCallback } from "react";
import { useModels } from "@/api/settings";
import type { PlannerOption } from "./Composer";
import { usePlannerChoices } from "./planner-choice";

export function usePlannerOptions(chatId: string | null): {
  value: string;
  onChange: (value: string) => void;
  choices: PlannerOption[];
  /** What is sent: the choice itself until it is known which models there are. */
  asked: string;
  /** The chat goes on with this choice, whatever is chosen elsewhere. */
  keep: (chatId: string) => void;
} {
  const { byChat, last, choose } = usePlannerChoices();
  const choice = (chatId !== null ? byChat[chatId] : undefined) ?? last;
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
  return {
    value,
    onChange: (next) => choose(chatId, next),
    choices,
    asked: models.data ? value : choice,
    keep: useCallback((id: string) => choose(id, choice), [choose, choice]),
  };
}
