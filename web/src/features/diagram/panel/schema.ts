/** A config's JSON Schema as fields of a form: references resolved, "or null" seen through, each with the control it asks for. */
import type { Schema } from "@/model/catalogue";
import type { JsonValue } from "@/model/workflow";

export type Control =
  | "line"
  | "text"
  | "code"
  | "expression"
  | "secret"
  | "number"
  | "boolean"
  | "choice"
  | "collection"
  | "list"
  | "records"
  | "map";

export interface FormField {
  key: string;
  title: string;
  description: string | null;
  placeholder: string;
  control: Control;
  /** May hold `{{ references }}`. */
  isTemplate: boolean;
  required: boolean;
  integer: boolean;
  minimum: number | null;
  maximum: number | null;
  choices: JsonValue[];
  fallback: JsonValue | undefined;
  /** Of one record, or of one item of a list or map. */
  inner: FormField[];
  /** For a list that is offered from known names (tools). */
  kind: string;
}

export function fieldsOf(schema: Schema): FormField[] {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).map(([key, property]) =>
    fieldOf(key, property, schema, required.has(key)),
  );
}

function fieldOf(key: string, raw: Schema, root: Schema, required: boolean): FormField {
  const schema = resolved(raw, root);
  const kind = raw["x-kind"] ?? schema["x-kind"] ?? "plain";
  const items = schema.items ? resolved(schema.items, root) : null;
  const values = typeof schema.additionalProperties === "object" ? resolved(schema.additionalProperties, root) : null;
  const control = controlFor(schema, items, kind);
  const inner =
    control === "records" && items
      ? fieldsOf({ ...items, $defs: root.$defs })
      : control === "map"
        ? [fieldOf("value", { ...(values ?? {}), "x-kind": values?.["x-kind"] ?? kind }, root, false)]
        : [];
  return {
    key,
    title: raw.title ?? schema.title ?? titled(key),
    description: raw.description ?? schema.description ?? null,
    placeholder: raw["x-placeholder"] ?? schema["x-placeholder"] ?? "",
    control,
    isTemplate: ["template", "text", "code"].includes(kind),
    required,
    integer: schema.type === "integer",
    minimum: schema.minimum ?? null,
    maximum: schema.maximum ?? null,
    choices: schema.enum ?? (schema.const === undefined ? [] : [schema.const]),
    fallback: raw.default ?? schema.default,
    inner,
    kind,
  };
}

/** Follows `$ref`, and takes what is not null from a choice. */
function resolved(schema: Schema, root: Schema): Schema {
  if (schema.$ref) {
    const name = schema.$ref.split("/").at(-1) ?? "";
    const target = root.$defs?.[name];
    return target ? { ...resolved(target, root), ...without(schema) } : schema;
  }
  const options = schema.anyOf ?? schema.oneOf ?? (schema.allOf?.length === 1 ? schema.allOf : undefined);
  if (options) {
    const real = options.filter((option) => option.type !== "null");
    const first = real[0];
    if (first && real.length === 1) return { ...resolved(first, root), ...without(schema) };
    // Several types: a number or a template, a list or a template. The template says everything.
    const text = real.find((option) => resolved(option, root).type === "string");
    if (text) return { ...resolved(text, root), ...without(schema) };
  }
  return schema;
}

function without(schema: Schema): Schema {
  const { $ref: _ref, anyOf: _any, oneOf: _one, allOf: _all, ...rest } = schema;
  return rest;
}

function controlFor(schema: Schema, items: Schema | null, kind: string): Control {
  if (schema.enum) return "choice";
  switch (schema.type) {
    case "boolean":
      return "boolean";
    case "integer":
    case "number":
      return "number";
    case "array":
      return items?.properties ? "records" : "list";
    case "object":
      return "map";
  }
  switch (kind) {
    case "text":
      return "text";
    case "code":
      return "code";
    case "expression":
      return "expression";
    case "secret":
      return "secret";
    case "collection":
      return "collection";
    default:
      return "line";
  }
}

function titled(key: string): string {
  const words = key.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What an empty record of a list starts with. */
export function emptyRecord(fields: readonly FormField[]): Record<string, JsonValue> {
  return Object.fromEntries(
    fields.map((field) => [
      field.key,
      field.fallback ?? field.choices[0] ?? (field.control === "boolean" ? false : ""),
    ]),
  );
}

/** A value as a person types it. */
export function asText(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/** What was typed as JSON, where it is JSON and the field is not only text; otherwise the text. */
export function fromText(text: string, isCode: boolean): JsonValue {
  if (!isCode || text.trim() === "" || text.includes("{{")) return text;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}
