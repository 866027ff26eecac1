"use client";
/** One control of a node's form, by what the schema asks for. */
import { useEffect, useState } from "react";
import type { Reference } from "@/model/references";
import type { JsonValue } from "@/model/workflow";
import { SelectInput, TextInput } from "@/ui/Field";
import { CollectionPicker } from "./CollectionPicker";
import { ListControl, MapControl, RecordsControl } from "./ManyControl";
import { asText, type FormField, fromText } from "./schema";
import { TemplateInput } from "./TemplateInput";

export interface ControlProps {
  ids: { id: string; "aria-describedby"?: string | undefined; "aria-invalid"?: true | undefined };
  field: FormField;
  value: JsonValue | undefined;
  references: readonly Reference[];
  collections: readonly string[] | null;
  disabled: boolean;
  /** undefined: back to its default. */
  onChange: (value: JsonValue | undefined) => void;
}

export function FieldControl(props: ControlProps) {
  const { ids, field, value, disabled, onChange } = props;
  switch (field.control) {
    case "boolean":
      return (
        <input
          {...ids}
          type="checkbox"
          checked={(value ?? field.fallback) === true}
          disabled={disabled}
          onChange={(event) => onChange(event.target.checked)}
          className="size-4 accent-(--accent-fill)"
        />
      );
    case "number":
      return <NumberControl {...props} />;
    case "choice":
      return (
        <Select
          ids={ids}
          value={asText(value ?? field.fallback)}
          options={field.choices.map((choice) => ({ value: asText(choice), label: asText(choice) }))}
          disabled={disabled}
          onChange={(text) => onChange(field.choices.find((choice) => asText(choice) === text))}
        />
      );
    case "collection":
      return <CollectionPicker {...props} />;
    case "list":
      return <ListControl {...props} />;
    case "records":
      return <RecordsControl {...props} />;
    case "map":
      return <MapControl {...props} />;
    case "line":
    case "text":
    case "code":
    case "expression":
    case "secret":
      return (
        <TemplateInput
          id={ids.id}
          describedBy={ids["aria-describedby"]}
          invalid={ids["aria-invalid"]}
          value={asText(value)}
          placeholder={field.placeholder || asText(field.fallback)}
          rows={field.control !== "text" && field.control !== "code" ? 1 : field.required ? 4 : "grow"}
          mono={field.control === "code" || field.control === "expression" || field.control === "secret"}
          bare={field.control === "expression"}
          references={field.isTemplate || field.control === "expression" ? props.references : null}
          disabled={disabled}
          onCommit={(text) =>
            onChange(text === "" && !field.required ? undefined : fromText(text, field.control === "code"))
          }
        />
      );
  }
}

function NumberControl({ ids, field, value, disabled, onChange }: ControlProps) {
  const shown = value === undefined || value === null ? "" : String(value);
  const [draft, setDraft] = useState(shown);
  useEffect(() => setDraft(shown), [shown]);
  const commit = () => {
    if (draft === shown) return;
    if (draft.trim() === "") return onChange(undefined);
    const number = Number(draft);
    // A reference, such as {{ input.limit }}, is as good as a number: the server checks it.
    if (!Number.isFinite(number)) return onChange(draft);
    const whole = field.integer ? Math.round(number) : number;
    onChange(Math.min(field.maximum ?? whole, Math.max(field.minimum ?? whole, whole)));
  };
  return (
    <TextInput
      {...ids}
      inputMode="decimal"
      value={draft}
      placeholder={asText(field.fallback)}
      disabled={disabled}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => event.key === "Enter" && commit()}
      className="num"
    />
  );
}

interface SelectProps {
  ids: ControlProps["ids"];
  value: string;
  options: { value: string; label: string }[];
  disabled: boolean;
  label?: string;
  onChange: (value: string) => void;
}

export function Select({ ids, value, options, disabled, label, onChange }: SelectProps) {
  return (
    <SelectInput
      {...ids}
      aria-label={label}
      value={value}
      disabled={disabled}
      onChange={(event) => onChange(event.target.value)}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </SelectInput>
  );
}
