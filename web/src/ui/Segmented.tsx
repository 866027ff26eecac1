/** A few choices side by side, one of them on: theme, replay speed. */
import { useId } from "react";
import { cn } from "./cn";

interface Props<Value extends string> {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  options: { value: Value; label: string }[];
  size?: "md" | "xs";
}

export function Segmented<Value extends string>({ label, value, onChange, options, size = "md" }: Props<Value>) {
  const name = useId();
  return (
    <fieldset className="inline-flex overflow-hidden rounded-md border border-line-strong">
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          className={cn(
            "relative grid place-items-center text-2 hover:text-1 has-checked:bg-active has-checked:font-medium has-checked:text-1",
            "has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-focus",
            size === "md" ? "h-[30px] px-3 text-md max-tab:h-11" : "h-6 px-2 text-xs max-tab:h-9",
          )}
        >
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
            className="absolute inset-0 opacity-0"
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}
