"use client";
import { type ControlProps, Select } from "./FieldControl";
/** Choosing a collection of documents by name, with the way to make one. */
import { asText } from "./schema";

export function CollectionPicker({ ids, value, collections, disabled, onChange }: ControlProps) {
  const chosen = asText(value);
  const names = collections ?? [];
  const unknown = chosen !== "" && !names.includes(chosen);
  const options = [
    { value: "", label: names.length === 0 ? "No collection yet" : "Choose a collection" },
    ...(unknown ? [{ value: chosen, label: collections === null ? chosen : `${chosen} (not there)` }] : []),
    ...names.map((name) => ({ value: name, label: name })),
  ];
  return (
    <>
      <Select
        ids={ids}
        value={chosen}
        options={options}
        disabled={disabled}
        onChange={(name) => onChange(name === "" ? undefined : name)}
      />
      <a href="/knowledge" className="mt-1 inline-block text-sm font-medium text-accent">
        {names.length === 0 ? "Upload documents" : "Open Knowledge"}
      </a>
    </>
  );
}
