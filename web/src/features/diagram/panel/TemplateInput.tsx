"use client";
/** Text that may hold references: they show as chips, and as `{{ what.they.are }}` while one types. */
import { Braces } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { type Reference, referenceName, templateParts } from "@/model/references";
import { IconButton } from "@/ui/Button";
import { cn } from "@/ui/cn";
import { CONTROL } from "@/ui/Field";
import { Menu, MenuItem } from "@/ui/Menu";

interface Props {
  id?: string;
  value: string;
  placeholder: string;
  /** "grow": starts as one line and grows with its text. */
  rows: 1 | 4 | "grow";
  mono?: boolean;
  disabled: boolean;
  /** Null: no references here. */
  references: readonly Reference[] | null;
  /** An expression names references bare, without braces. */
  bare?: boolean;
  label?: string;
  invalid?: boolean;
  describedBy?: string;
  onCommit: (value: string) => void;
}

export function TemplateInput(props: Props) {
  const { value, rows, references, disabled, onCommit } = props;
  const [draft, setDraft] = useState(value);
  const [focused, setFocused] = useState(false);
  /** Where one was typing when the list of references was opened; null: at the end. */
  const cursor = useRef<{ from: number; to: number } | null>(null);
  const committed = useRef(value);
  const pending = useRef({ draft, onCommit });
  pending.current = { draft, onCommit };

  useEffect(() => {
    committed.current = value;
    if (!focused) setDraft(value);
  }, [value, focused]);
  // A panel that closes while one types must not lose the words.
  useEffect(
    () => () => {
      const { draft: last, onCommit: commit } = pending.current;
      if (last !== committed.current) commit(last);
    },
    [],
  );

  const commit = (text: string) => {
    if (text === committed.current) return;
    committed.current = text;
    onCommit(text);
  };
  const insert = (reference: Reference) => {
    const text = props.bare ? reference.path : `{{ ${reference.path} }}`;
    const { from, to } = cursor.current ?? { from: draft.length, to: draft.length };
    const [before, after] = [draft.slice(0, from), draft.slice(to)];
    const space = before === "" || /\s$/.test(before) ? "" : " ";
    const gap = after === "" || /^\s/.test(after) ? "" : " ";
    const next = `${before}${space}${text}${gap}${after}`;
    cursor.current = null;
    setDraft(next);
    commit(next);
  };
  const chips = !focused && !props.bare && draft.includes("{{");
  return (
    <div className="group/template relative">
      <textarea
        id={props.id}
        rows={rows === "grow" ? 1 : rows}
        value={draft}
        placeholder={props.placeholder}
        disabled={disabled}
        spellCheck={!props.mono}
        aria-label={props.label}
        aria-invalid={props.invalid || undefined}
        aria-describedby={props.describedBy}
        onFocus={() => setFocused(true)}
        onBlur={(event) => {
          cursor.current = { from: event.target.selectionStart, to: event.target.selectionEnd };
          setFocused(false);
          commit(draft);
        }}
        onChange={(event) => setDraft(rows === 1 ? event.target.value.replace(/\n/g, " ") : event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (rows === 1 || event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            commit(draft);
          }
        }}
        className={cn(
          CONTROL,
          "block resize-none py-[5px] leading-5",
          rows === 1
            ? "h-8 overflow-hidden whitespace-nowrap max-tab:h-11 max-tab:py-2.5"
            : "field-sizing-content max-h-72",
          rows === 4 && "min-h-[104px]",
          props.mono && "font-mono text-sm",
          chips && "!text-transparent",
          references && references.length > 0 && !disabled && "pr-8",
        )}
      />
      {chips && (
        <div
          aria-hidden="true"
          className={cn(
            "pointer-events-none absolute inset-px overflow-hidden px-2.5 py-[5px] text-md leading-5 text-1",
            rows === 1 ? "truncate max-tab:py-2.5" : "whitespace-pre-wrap [overflow-wrap:anywhere]",
            references && !disabled && "pr-8",
          )}
        >
          {templateParts(draft).map((part, index) =>
            part.kind === "reference" ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: the parts are the text itself, in its order
              <span key={index} className="reference">
                {referenceName(part.text)}
              </span>
            ) : (
              part.text
            ),
          )}
        </div>
      )}
      {references && references.length > 0 && !disabled && (
        <span className="absolute top-1 right-1">
          <Menu
            trigger={
              <IconButton label="Insert a value of an earlier step" size="xs" className="text-3">
                <Braces size={14} strokeWidth={1.75} aria-hidden="true" />
              </IconButton>
            }
          >
            <div className="max-h-72 overflow-y-auto">
              {references.map((reference) => (
                <MenuItem key={reference.path} onSelect={() => insert(reference)} hint={reference.from}>
                  <span className="font-mono text-sm">{reference.path}</span>
                </MenuItem>
              ))}
            </div>
          </Menu>
        </span>
      )}
    </div>
  );
}
