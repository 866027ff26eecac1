"use client";
/** A node's form, made from its config's JSON Schema: a new node type needs no code here. */
import { useMemo } from "react";
import type { Schema } from "@/model/catalogue";
import type { Reference } from "@/model/references";
import type { Config, Issue, JsonValue } from "@/model/workflow";
import { Field } from "@/ui/Field";
import { Sign } from "@/ui/Sign";
import { FieldControl } from "./FieldControl";
import { type FormField, fieldsOf } from "./schema";

interface Props {
  schema: Schema;
  config: Config;
  issues: readonly Issue[];
  /** Fields that the shown turn changed, with their value before it. */
  changed: ReadonlyMap<string, JsonValue | undefined>;
  references: readonly Reference[];
  collections: readonly string[] | null;
  disabled: boolean;
  onChange: (key: string, value: JsonValue | undefined) => void;
}

export function SchemaForm(props: Props) {
  const fields = useMemo(() => fieldsOf(props.schema), [props.schema]);
  if (fields.length === 0) return <p className="text-sm text-3">Nothing to set here.</p>;
  return (
    <div className="grid gap-3">
      {rows(fields).map((row) => (
        <Row key={row[0]?.key} fields={row} form={props} />
      ))}
    </div>
  );
}

/** Two numbers in a row share a line. */
function rows(fields: readonly FormField[]): FormField[][] {
  const result: FormField[][] = [];
  for (const field of fields) {
    const last = result.at(-1);
    const other = last?.[0];
    if (last?.length === 1 && other?.control === "number" && field.control === "number") last.push(field);
    else result.push([field]);
  }
  return result;
}

function Row({ fields, form }: { fields: readonly FormField[]; form: Props }) {
  const paired = fields.length === 2;
  const controls = fields.map((field) => <OneField key={field.key} field={field} form={form} paired={paired} />);
  return paired ? <div className="grid grid-cols-2 gap-2">{controls}</div> : controls;
}

function OneField({ field, form, paired }: { field: FormField; form: Props; paired: boolean }) {
  if (field.control === "boolean") return <Checkbox field={field} form={form} />;
  return <LabelledField field={field} form={form} paired={paired} />;
}

function Checkbox({ field, form }: { field: FormField; form: Props }) {
  return (
    <label
      htmlFor={`field-${field.key}`}
      className="flex items-start gap-2 text-sm text-2 max-tab:min-h-11 max-tab:items-center"
    >
      <FieldControl
        ids={{ id: `field-${field.key}` }}
        field={field}
        value={form.config[field.key]}
        references={form.references}
        collections={form.collections}
        disabled={form.disabled}
        onChange={(value) => form.onChange(field.key, value)}
      />
      <span>
        {field.title}
        {field.description && <span className="block text-3">{field.description}</span>}
      </span>
    </label>
  );
}

function LabelledField({ field, form, paired }: { field: FormField; form: Props; paired: boolean }) {
  const issue = form.issues.find((other) => other.field === field.key) ?? null;
  const changed = form.changed.has(field.key);
  const isMissing = issue?.level === "missing";
  const error = issue && !isMissing ? issue.message : undefined;
  const help = isMissing ? (
    <span className="text-missing">{issue.message}</span>
  ) : paired ? undefined : (
    field.description
  );
  return (
    <div data-missing={isMissing || undefined}>
      <Field
        label={
          <span
            className="inline-flex items-center gap-1.5"
            title={paired ? (field.description ?? undefined) : undefined}
          >
            {field.title}
            {changed && <Sign kind="changed" className="!size-3.5 [&>svg]:!size-2" />}
          </span>
        }
        aside={paired || !isOptional(field) ? undefined : "Optional"}
        help={help}
        error={error}
      >
        {(ids) => (
          <FieldControl
            ids={ids}
            field={field}
            value={form.config[field.key]}
            references={form.references}
            collections={form.collections}
            disabled={form.disabled}
            onChange={(value) => form.onChange(field.key, value)}
          />
        )}
      </Field>
    </div>
  );
}

/** Worth saying only where leaving it empty is an answer of its own. */
function isOptional(field: FormField): boolean {
  const hasDefault = field.fallback !== undefined && field.fallback !== null && field.fallback !== "";
  return !field.required && !hasDefault;
}
