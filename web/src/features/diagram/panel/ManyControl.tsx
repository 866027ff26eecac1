"use client";
/** Fields that hold many: a list of texts, a list of records (cases, fields), names with values (headers, variables). */
import { Plus, X } from "lucide-react";
import { useEffect, useState } from "react";
import type { JsonValue } from "@/model/workflow";
import { Button, IconButton } from "@/ui/Button";
import { TextInput } from "@/ui/Field";
import { type ControlProps, FieldControl } from "./FieldControl";
import { asText, emptyRecord, type FormField } from "./schema";
import { TemplateInput } from "./TemplateInput";

function AddButton({ label, disabled, onClick }: { label: string; disabled: boolean; onClick: () => void }) {
  return (
    <Button variant="plain" size="xs" disabled={disabled} onClick={onClick} className="justify-self-start">
      <Plus size={14} strokeWidth={1.75} aria-hidden="true" />
      {label}
    </Button>
  );
}

function RemoveButton({ label, disabled, onClick }: { label: string; disabled: boolean; onClick: () => void }) {
  return (
    <IconButton label={label} size="xs" disabled={disabled} onClick={onClick}>
      <X size={14} strokeWidth={1.75} aria-hidden="true" />
    </IconButton>
  );
}

export function ListControl({ ids, field, value, references, disabled, onChange }: ControlProps) {
  const items = Array.isArray(value) ? value.map(asText) : [];
  const set = (next: string[]) => onChange(next.length === 0 ? undefined : next);
  return (
    <fieldset id={ids.id} className="grid gap-1.5 min-w-0" aria-label={field.title}>
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: items are texts, their place is who they are
        <div key={index} className="flex items-center gap-1">
          <div className="min-w-0 flex-1">
            <TemplateInput
              value={item}
              label={`${field.title} ${index + 1}`}
              placeholder={field.placeholder}
              rows={1}
              references={field.isTemplate ? references : null}
              disabled={disabled}
              onCommit={(text) => set(items.map((old, at) => (at === index ? text : old)))}
            />
          </div>
          <RemoveButton
            label={`Remove ${item || `item ${index + 1}`}`}
            disabled={disabled}
            onClick={() => set(items.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <AddButton label="Add" disabled={disabled} onClick={() => set([...items, ""])} />
    </fieldset>
  );
}

export function RecordsControl(props: ControlProps) {
  const { ids, field, value, disabled, onChange } = props;
  const records = Array.isArray(value) ? value.filter(isRecord) : [];
  const change = (index: number, inner: FormField, next: JsonValue | undefined) =>
    onChange(records.map((record, at) => (at === index ? { ...record, [inner.key]: next ?? "" } : record)));
  return (
    <fieldset id={ids.id} className="grid gap-2 min-w-0" aria-label={field.title}>
      {records.map((record, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: records have no name of their own until one is typed
        <div key={index} className="grid gap-1.5 rounded-md border border-line p-2">
          {field.inner.map((inner, place) => (
            <div key={inner.key} className="flex items-center gap-1">
              <div className="min-w-0 flex-1">
                <span className="mb-0.5 block text-xs text-3">{inner.title}</span>
                <FieldControl
                  {...props}
                  ids={{ id: `${ids.id}-${index}-${inner.key}` }}
                  field={inner}
                  value={record[inner.key]}
                  onChange={(next) => change(index, inner, next)}
                />
              </div>
              {place === 0 && (
                <RemoveButton
                  label={`Remove ${asText(record[inner.key]) || `item ${index + 1}`}`}
                  disabled={disabled}
                  onClick={() => onChange(records.filter((_, at) => at !== index))}
                />
              )}
            </div>
          ))}
        </div>
      ))}
      <AddButton label="Add" disabled={disabled} onClick={() => onChange([...records, emptyRecord(field.inner)])} />
    </fieldset>
  );
}

export function MapControl({ ids, field, value, references, disabled, onChange }: ControlProps) {
  const stored = isRecord(value)
    ? Object.entries(value).map(([name, item]) => [name, asText(item)] as [string, string])
    : [];
  const key = JSON.stringify(stored);
  const [pairs, setPairs] = useState(stored);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is the stored pairs
  useEffect(() => setPairs(stored), [key]);
  const set = (next: [string, string][]) => {
    setPairs(next);
    const named = next.filter(([name]) => name.trim() !== "");
    const same = JSON.stringify(named) === key;
    if (!same) onChange(named.length === 0 ? undefined : Object.fromEntries(named));
  };
  const inner = field.inner[0];
  return (
    <fieldset id={ids.id} className="grid gap-1.5 min-w-0" aria-label={field.title}>
      {pairs.map(([name, item], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a pair has no name until one is typed
        <div key={index} className="grid grid-cols-[5fr_7fr_24px] items-center gap-1">
          <TextInput
            aria-label="Name"
            defaultValue={name}
            disabled={disabled}
            placeholder="Name"
            onBlur={(event) => set(pairs.map((pair, at) => (at === index ? [event.target.value.trim(), item] : pair)))}
          />
          <TemplateInput
            value={item}
            label={`Value of ${name || "the new name"}`}
            placeholder={inner?.placeholder || field.placeholder}
            rows={1}
            references={references}
            disabled={disabled}
            onCommit={(text) => set(pairs.map((pair, at) => (at === index ? [name, text] : pair)))}
          />
          <RemoveButton
            label={`Remove ${name || "this name"}`}
            disabled={disabled}
            onClick={() => set(pairs.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <AddButton label="Add" disabled={disabled} onClick={() => setPairs([...pairs, ["", ""]])} />
    </fieldset>
  );
}

function isRecord(value: JsonValue | undefined): value is { [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
