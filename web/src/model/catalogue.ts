/** What the browser knows of node types: the answer of `/api/node-types`, which draws cards, forms and the palette. */
import type { Config, JsonValue, OnError, WorkflowNode } from "./workflow";

export type Category = "trigger" | "ai" | "knowledge" | "web" | "data" | "control" | "message" | "human" | "note";

/** The part of JSON Schema that config models use. */
export interface Schema {
  type?: string | string[];
  title?: string;
  description?: string;
  default?: JsonValue;
  enum?: JsonValue[];
  const?: JsonValue;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  $ref?: string;
  $defs?: Record<string, Schema>;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
  maxLength?: number;
  "x-kind"?: string;
  "x-placeholder"?: string;
}

export interface NodeTypeInfo {
  type: string;
  title: string;
  category: Category;
  /** A lucide icon's name, such as "book-open". */
  icon: string;
  description: string;
  config_schema: Schema;
  output_schema: Schema | null;
  /** Ways out of a node that is not configured yet; empty: a single unnamed one. */
  handles: string[];
  /** The config field whose names come before them. */
  branches_from: string | null;
  side_effect: boolean;
  tool: boolean;
  runnable: boolean;
  unrunnable_reason: string | null;
  is_trigger: boolean;
  is_container: boolean;
  runs: boolean;
  on_error: OnError;
}

export type Catalogue = ReadonlyMap<string, NodeTypeInfo>;

export function catalogueOf(types: readonly NodeTypeInfo[]): Catalogue {
  return new Map(types.map((type) => [type.type, type]));
}

function names(value: JsonValue | undefined): string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item) => {
    if (typeof item === "string") return item === "" ? [] : [item];
    if (item !== null && typeof item === "object" && !Array.isArray(item) && typeof item.name === "string") {
      return item.name === "" ? [] : [item.name];
    }
    return [];
  });
}

/** The ways out of a node, in order; `[]` means a single unnamed one. */
export function branchesOf(type: string, config: Config, catalogue: Catalogue): string[] {
  const info = catalogue.get(type);
  if (!info) return [];
  const configured = info.branches_from ? names(config[info.branches_from]) : [];
  return [...new Set([...configured, ...info.handles])];
}

export function isContainer(type: string, catalogue: Catalogue): boolean {
  return catalogue.get(type)?.is_container ?? false;
}

/** Whether edges may touch it at all. */
export function takesEdges(node: Pick<WorkflowNode, "type">, catalogue: Catalogue): boolean {
  return catalogue.get(node.type)?.runs ?? true;
}
