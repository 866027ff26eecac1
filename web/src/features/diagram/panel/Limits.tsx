"use client";
/** Retry, timeout and what an error does: folded, since the defaults mostly fit. */
import { ChevronRight } from "lucide-react";
import { useState } from "react";
import type { NodeTypeInfo } from "@/model/catalogue";
import type { NodeChange } from "@/model/edits";
import { limitsLine } from "@/model/limits";
import type { WorkflowNode } from "@/model/workflow";
import { cn } from "@/ui/cn";
import { Field, TextInput } from "@/ui/Field";
import { Select } from "./FieldControl";

interface Props {
  node: WorkflowNode;
  info: NodeTypeInfo;
  disabled: boolean;
  onChange: (change: NodeChange) => void;
}

export function Limits({ node, info, disabled, onChange }: Props) {
  const [open, setOpen] = useState(false);
  const line = limitsLine(node);
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex h-7 w-full items-center gap-1.5 text-sm text-2 hover:text-1 max-tab:h-11"
      >
        <ChevronRight
          size={14}
          strokeWidth={1.75}
          aria-hidden="true"
          className={cn("flex-none transition-transform", open && "rotate-90")}
        />
        <span className="truncate">{line === "" ? "Retry, timeout, on error" : line}</span>
      </button>
      {open && (
        <div className="mt-2 grid gap-3">
          <div className="grid grid-cols-2 gap-2">
            <NumberField
              label="Attempts"
              value={node.retry?.attempts ?? null}
              fallback="1"
              disabled={disabled}
              onChange={(attempts) =>
                onChange({
                  retry:
                    attempts === null || attempts <= 1
                      ? null
                      : { attempts: Math.min(10, Math.round(attempts)), backoff: node.retry?.backoff ?? 1 },
                })
              }
            />
            <NumberField
              label="First pause, s"
              value={node.retry?.backoff ?? null}
              fallback="1"
              disabled={disabled || node.retry === null}
              onChange={(backoff) =>
                node.retry && onChange({ retry: { attempts: node.retry.attempts, backoff: backoff ?? 1 } })
              }
            />
          </div>
          <NumberField
            label="Timeout, s"
            value={node.timeout}
            fallback="The type's own"
            disabled={disabled}
            onChange={(timeout) => onChange({ timeout: timeout !== null && timeout > 0 ? timeout : null })}
          />
          <Field label="After an error">
            {(ids) => (
              <Select
                ids={ids}
                value={node.on_error ?? ""}
                disabled={disabled}
                options={[
                  { value: "", label: `Default: ${info.on_error === "continue" ? "go on" : "the run fails"}` },
                  { value: "fail", label: "The run fails" },
                  { value: "continue", label: "Go on, with empty values" },
                ]}
                onChange={(value) => onChange({ on_error: value === "fail" || value === "continue" ? value : null })}
              />
            )}
          </Field>
        </div>
      )}
    </div>
  );
}

interface NumberFieldProps {
  label: string;
  value: number | null;
  fallback: string;
  disabled: boolean;
  onChange: (value: number | null) => void;
}

function NumberField({ label, value, fallback, disabled, onChange }: NumberFieldProps) {
  const commit = (text: string) => {
    const next = text.trim() === "" ? null : Number(text);
    if (next !== value && (next === null || (Number.isFinite(next) && next >= 0))) onChange(next);
  };
  return (
    <Field label={label}>
      {(ids) => (
        <TextInput
          {...ids}
          key={value}
          inputMode="decimal"
          defaultValue={value ?? ""}
          placeholder={fallback}
          disabled={disabled}
          onBlur={(event) => commit(event.target.value)}
          className="num"
        />
      )}
    </Field>
  );
}
