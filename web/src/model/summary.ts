/** One line of a node's config for its card while no server has said it: an edit shows at once, before its answer, and the server's
 * words replace these without a change that one would notice. A type that is not named here shows its first value. */
import type { NodeTypeInfo, Schema } from "./catalogue";
import { count, seconds } from "./format";
import type { Config, JsonValue, WorkflowNode } from "./workflow";

type Line = (config: Config) => string;

const LINES: Record<string, Line> = {
  agent: (config) => said(config, "goal", "Works towards a goal"),
  approval: (config) => (said(config, "wait") ? `Waits at most ${said(config, "wait")}` : "Waits for a person"),
  chat_trigger: () => "Chat message",
  classify: ({ labels }) => (named(labels).length === 0 ? "No labels yet" : count(named(labels).length, "label")),
  condition: (config) => shortExpression(said(config, "expression", "True or false")),
  db_query: (config) => said(config, "query") || said(config, "connection", "A query"),
  delay: (config) => said(config, "duration", "For a while"),
  email: (config) => `To ${said(config, "to", "somebody")}`,
  extract: ({ fields }) => named(fields).join(", ") || "No fields yet",
  http_request: (config) => `${said(config, "method", "GET")} ${lastPart(said(config, "url")) || "an address"}`,
  knowledge_add: (config) => `To ${said(config, "collection", "a collection")}`,
  knowledge_search: (config) => {
    const top = `top ${said(config, "top_k", "5")}`;
    return said(config, "collection") ? `${said(config, "collection")}, ${top}` : `T${top.slice(1)}`;
  },
  llm: (config) => (typeof config.max_tokens === "number" ? `Prompt, ${config.max_tokens} tokens` : "Prompt"),
  loop: (config) => {
    const atOnce = said(config, "concurrency", "3");
    return atOnce === "1" ? "One at a time" : `${atOnce} at once`;
  },
  manual_trigger: () => "When you press Run",
  merge: (config) => (config.mode === "any" ? "Goes on with the first" : "Waits for all"),
  note: (config) => said(config, "text", "Empty note"),
  output: (config) => said(config, "value", "The result"),
  set_variables: ({ variables }) => named(variables).join(", ") || "0 variables",
  slack_message: (config) => said(config, "channel", "To a channel"),
  switch: ({ cases }) => named(cases).join(", ") || "No cases yet",
  transform: ({ fields }) => named(fields).join(", ") || "0 fields",
  web_search: (config) => `Web, top ${said(config, "max_results", "5")}`,
  webhook_response: (config) => `Status ${said(config, "status", "200")}`,
  webhook_trigger: (config) => `${said(config, "method", "POST")} ${said(config, "path")}`.trim(),
};

export function summaryOf(node: WorkflowNode, type: NodeTypeInfo | undefined): string {
  return LINES[node.type]?.(node.config) ?? (firstValue(node.config, type?.config_schema) || (type?.title ?? ""));
}

/** Whether the line is an expression and reads best in the mono face. */
export function summaryIsCode(node: WorkflowNode): boolean {
  return node.type === "condition" && said(node.config, "expression") !== "";
}

/** `search.count > 0` as `count > 0`, where only one step is named. */
export function shortExpression(expression: string): string {
  const root = /("[^"]*"|'[^']*')|(?<![\w.])([a-z]\w*)\.(?=[a-z_])/g;
  const roots = new Set([...expression.matchAll(root)].flatMap((match) => match[2] ?? []));
  return roots.size === 1 ? expression.replace(root, (_, quoted: string | undefined) => quoted ?? "") : expression;
}

/** A raw value in one line for a person: templates without their braces, spaces folded. */
function said(config: Config, key: string, otherwise = ""): string {
  const value = config[key];
  if (value === undefined || value === null || typeof value === "object") return otherwise;
  const text = String(value).replace(/\{\{\s*(.*?)\s*(?:\|.*?)?\}\}/g, "$1");
  return text.replace(/\s+/g, " ").trim() || otherwise;
}

function named(value: JsonValue | undefined): string[] {
  if (value === undefined || value === null || typeof value !== "object") return [];
  if (!Array.isArray(value)) return Object.keys(value);
  return value.flatMap((item) => {
    const name = typeof item === "object" && item !== null && !Array.isArray(item) ? item.name : item;
    return typeof name === "string" && name.trim() !== "" ? [name] : [];
  });
}

/** Paths keep their end. */
function lastPart(url: string): string {
  const path = url.replace(/[?#].*$/, "").replace(/\/+$/, "");
  return path.split("/").at(-1) || url;
}

function firstValue(config: Config, schema: Schema | undefined): string {
  const keys = schema?.properties ? Object.keys(schema.properties) : Object.keys(config);
  return keys.map((key) => said(config, key) || named(config[key]).join(", ")).find((text) => text !== "") ?? "";
}

/** What differs from the defaults in how a node is tried and given up. */
export function limitsLine(node: WorkflowNode): string {
  return [
    node.retry && node.retry.attempts > 1 ? `${node.retry.attempts} attempts` : "",
    node.timeout !== null ? `at most ${seconds(node.timeout)}` : "",
    node.on_error === "continue" ? "goes on after an error" : node.on_error === "fail" ? "stops at an error" : "",
  ]
    .filter(Boolean)
    .join(", ");
}
