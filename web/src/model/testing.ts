/** A small catalogue for tests, in the shape of the server's answer. */
import { type Catalogue, catalogueOf, type NodeTypeInfo, type Schema } from "./catalogue";

export function nodeType(type: string, rest: Partial<NodeTypeInfo> = {}): NodeTypeInfo {
  return {
    type,
    title: type,
    category: "control",
    icon: "flag",
    description: "",
    config_schema: { type: "object", properties: {} },
    output_schema: null,
    handles: [],
    branches_from: null,
    side_effect: false,
    tool: false,
    runnable: true,
    unrunnable_reason: null,
    is_trigger: false,
    is_container: false,
    runs: true,
    on_error: "fail",
    ...rest,
  };
}

const text = (title: string, kind = "template"): Schema => ({ type: "string", title, "x-kind": kind });

export const TEST_CATALOGUE: Catalogue = catalogueOf([
  nodeType("manual_trigger", { title: "Started by hand", category: "trigger", is_trigger: true }),
  nodeType("chat_trigger", {
    title: "Chat message",
    category: "trigger",
    is_trigger: true,
    output_schema: { properties: { message: { type: "string" }, history: { type: "array" } } },
  }),
  nodeType("condition", { title: "Condition", handles: ["true", "false"] }),
  nodeType("approval", { title: "Approval", category: "human", handles: ["approved", "rejected"] }),
  nodeType("switch", { title: "Switch", handles: ["default"], branches_from: "cases" }),
  nodeType("classify", { title: "Classify", category: "ai", branches_from: "labels" }),
  nodeType("loop", { title: "Loop", is_container: true }),
  nodeType("note", { title: "Note", category: "note", runs: false }),
  nodeType("output", { title: "Output" }),
  nodeType("llm", {
    title: "Write text",
    category: "ai",
    config_schema: {
      type: "object",
      required: ["prompt"],
      properties: { prompt: text("Prompt", "text"), system: text("Instructions", "text") },
    },
    output_schema: {
      properties: { text: { type: "string" }, citations: { type: "array" }, usage: { type: "object" } },
    },
  }),
  nodeType("knowledge_search", {
    title: "Search documents",
    category: "knowledge",
    config_schema: {
      type: "object",
      required: ["collection", "query"],
      properties: {
        collection: text("Collection", "collection"),
        query: text("Question"),
        top_k: { type: "integer", title: "Passages", default: 5, minimum: 1, maximum: 50 },
      },
    },
    output_schema: {
      properties: { chunks: { type: "array" }, count: { type: "integer" }, text: { type: "string" } },
    },
  }),
]);
