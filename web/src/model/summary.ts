/** One line of a node's config for its card, while no server has said it: an edit shows at once, before its answer. */
import type { NodeTypeInfo, Schema } from "./catalogue";
import { seconds } from "./format";
import type { JsonValue, WorkflowNode } from "./workflow";

export function summaryOf(node: WorkflowNode, type: NodeTypeInfo | undefined): string {
  const text = (key: string) => plain(node.config[key]);
  switch (node.type) {
    case "knowledge_search":
      return join(text("collection"), `top ${text("top_k") || "5"}`);
    case "llm":
      return join("Prompt", text("max_tokens") && `${text("max_tokens")} tokens`);
    case "http_request":
      return `${text("method") || "GET"} ${text("url")}`.trim();
    case "loop": {
      const atOnce = text("concurrency") || "3";
      return atOnce === "1" ? "One at a time" : `${atOnce} at once`;
    }
    case "condition":
      return shortExpression(text("expression"));
    case "approval":
      return text("wait") ? `Waits at most ${text("wait")}` : "Waits for a person";
    default:
      return firstValues(node, type?.config_schema) || type?.title || "";
  }
}

/** Whether the line is an expression and reads best in the mono face. */
export function summaryIsCode(node: WorkflowNode): boolean {
  return node.type === "condition";
}

/** `search.count > 0` as `count > 0`, where only one step is named. */
export function shortExpression(expression: string): string {
  const root = /("[^"]*"|'[^']*')|(?<![\w.])([a-z]\w*)\.(?=[a-z_])/g;
  const roots = new Set([...expression.matchAll(root)].flatMap((match) => match[2] ?? []));
  return roots.size === 1 ? expression.replace(root, (_, quoted: string | undefined) => quoted ?? "") : expression;
}

function firstValues(node: WorkflowNode, schema: Schema | undefined): string {
  const keys = schema?.properties ? Object.keys(schema.properties) : Object.keys(node.config);
  return keys
    .map((key) => plain(node.config[key]))
    .filter((value) => value !== "")
    .slice(0, 1)
    .join(", ");
}

function join(...parts: (string | false)[]): string {
  return parts.filter(Boolean).join(", ");
}

function plain(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string")
    return value
      .replace(/\{\{\s*|\s*\}\}/g, "")
      .replace(/\s+/g, " ")
      .trim();
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) {
    return value
      .map((item) =>
        typeof item === "object" && item !== null && !Array.isArray(item) ? plain(item.name) : plain(item),
      )
      .filter(Boolean)
      .join(", ");
  }
  return Object.keys(value).join(", ");
}

export function limitsLine(node: WorkflowNode): string {
  return [
    node.retry && node.retry.attempts > 1 ? `${node.retry.attempts} attempts` : "",
    node.timeout !== null ? `at most ${seconds(node.timeout)}` : "",
    node.on_error === "continue" ? "goes on after an error" : node.on_error === "fail" ? "stops at an error" : "",
  ]
    .filter(Boolean)
    .join(", ");
}
