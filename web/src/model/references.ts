/** What a node's templates may name: the outputs of earlier steps, the run's input, and inside a loop its item. */
import type { Catalogue, Schema } from "./catalogue";
import { loopsAround, nodeById, upstreamOf, type WorkflowData } from "./workflow";

export interface Reference {
  /** As it is written: `search_docs.text`. */
  path: string;
  /** Whose output it is, for people. */
  from: string;
  type: string;
}

export function referencesFor(workflow: WorkflowData, nodeId: string, catalogue: Catalogue): Reference[] {
  const nodes = nodeById(workflow);
  const upstream = upstreamOf(workflow, nodeId);
  const found: Reference[] = [];
  const triggers = workflow.nodes.filter((node) => catalogue.get(node.type)?.is_trigger);
  const inputFields = new Set<string>();
  for (const trigger of triggers) {
    for (const field of fieldsOf(catalogue.get(trigger.type)?.output_schema ?? null)) {
      if (inputFields.has(field.name)) continue;
      inputFields.add(field.name);
      found.push({ path: `input.${field.name}`, from: trigger.label, type: field.type });
    }
  }
  if (found.length === 0) found.push({ path: "input", from: "The run's input", type: "any" });
  loopsAround(nodes, nodeId).forEach((loop, depth) => {
    const label = nodes.get(loop)?.label ?? loop;
    const prefix = depth === 0 ? "" : `${loop}.`;
    found.push(
      { path: `${prefix}item`, from: label, type: "any" },
      { path: `${prefix}index`, from: label, type: "integer" },
    );
  });
  for (const node of upstream) {
    const type = catalogue.get(node.type);
    if (type?.is_trigger) continue;
    const fields = type?.output_schema ? fieldsOf(type.output_schema) : namedInConfig(node.config);
    if (fields.length === 0) found.push({ path: node.id, from: node.label, type: "any" });
    for (const field of fields) found.push({ path: `${node.id}.${field.name}`, from: node.label, type: field.type });
    if (node.type === "set_variables") {
      for (const field of namedInConfig(node.config))
        found.push({ path: `vars.${field.name}`, from: node.label, type: field.type });
    }
  }
  return found;
}

function fieldsOf(schema: Schema | null): { name: string; type: string }[] {
  return Object.entries(schema?.properties ?? {}).map(([name, field]) => ({
    name,
    type: typeof field.type === "string" ? field.type : "any",
  }));
}

/** Types whose output is what their config names: `transform`, `set_variables`, `extract`. */
function namedInConfig(config: Record<string, unknown>): { name: string; type: string }[] {
  return ["fields", "variables"].flatMap((key) => {
    const value = config[key];
    if (Array.isArray(value)) {
      return value.flatMap((item: unknown) => {
        const name = typeof item === "object" && item !== null && "name" in item ? item.name : null;
        return typeof name === "string" && name !== "" ? [{ name, type: "any" }] : [];
      });
    }
    return typeof value === "object" && value !== null ? Object.keys(value).map((name) => ({ name, type: "any" })) : [];
  });
}

export interface TemplatePart {
  kind: "text" | "reference";
  text: string;
}

/** A template as text and what stands between `{{` and `}}`; joined again it is the same string. */
export function templateParts(template: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let rest = 0;
  for (const match of template.matchAll(/\{\{[^{}]*\}\}/g)) {
    if (match.index > rest) parts.push({ kind: "text", text: template.slice(rest, match.index) });
    parts.push({ kind: "reference", text: match[0] });
    rest = match.index + match[0].length;
  }
  if (rest < template.length) parts.push({ kind: "text", text: template.slice(rest) });
  return parts;
}

/** What stands inside the braces. */
export function referenceName(part: string): string {
  return part.replace(/^\{\{\s*|\s*\}\}$/g, "");
}
