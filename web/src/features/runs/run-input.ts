/** What a run is asked for before it starts, by its trigger: a question, a text or JSON, or a sample of what would arrive. */
import type { Catalogue } from "@/model/catalogue";
import type { JsonValue, WorkflowData, WorkflowNode } from "@/model/workflow";

export type InputKind = "question" | "free" | "payload" | "none";

export interface Trigger {
  node: WorkflowNode;
  kind: InputKind;
}

export function triggersOf(workflow: WorkflowData | null, catalogue: Catalogue): Trigger[] {
  return (workflow?.nodes ?? [])
    .filter((node) => node.parent === null && catalogue.get(node.type)?.is_trigger)
    .map((node) => ({ node, kind: kindOf(node.type) }))
    .sort((a, b) => rank(a.kind) - rank(b.kind));
}

function kindOf(type: string): InputKind {
  switch (type) {
    case "chat_trigger":
      return "question";
    case "schedule_trigger":
      return "none";
    case "webhook_trigger":
      return "payload";
    default:
      return "free";
  }
}

function rank(kind: InputKind): number {
  return ["question", "free", "payload", "none"].indexOf(kind);
}

export const INPUT_LABELS: Record<Exclude<InputKind, "none">, string> = {
  question: "Question",
  free: "Input",
  payload: "Body of the call",
};

export const INPUT_PLACEHOLDERS: Record<Exclude<InputKind, "none">, string> = {
  question: "What should be answered?",
  free: "A text or JSON; may be empty",
  payload: '{"order": 1042}',
};

/** The typed text as the run's input. Throws with words for the person. */
export function inputFrom(kind: InputKind, text: string): JsonValue {
  const typed = text.trim();
  switch (kind) {
    case "none":
      return null;
    case "question":
      if (typed === "") throw new Error("Type a question first.");
      return { message: typed };
    case "free":
    case "payload": {
      if (typed === "") return null;
      if (!/^[[{]/.test(typed)) return typed;
      try {
        return JSON.parse(typed) as JsonValue;
      } catch {
        throw new Error("This starts like JSON but is not: check brackets, quotes and commas.");
      }
    }
  }
}
