"use client";
/** Run: the one primary button. It asks for what the trigger needs, or leads to the first field that is missing; while a run lives, Stop. */
import * as Popover from "@radix-ui/react-popover";
import { Play, Square } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import type { JsonValue } from "@/model/workflow";
import { Button } from "@/ui/Button";
import { cn } from "@/ui/cn";
import { CONTROL, Field, TextArea } from "@/ui/Field";
import { FLOATING } from "@/ui/Menu";
import type { RunButtonProps } from "./props";
import { INPUT_LABELS, INPUT_PLACEHOLDERS, inputFrom, type Trigger, triggersOf } from "./run-input";

export function RunButton(props: RunButtonProps) {
  const { workflow, catalogue, firstMissing, running, quiet, disabledReason, onOpenMissing } = props;
  const [open, setOpen] = useState(false);
  const triggers = useMemo(() => triggersOf(workflow, catalogue), [workflow, catalogue]);
  const canOpen = !running && disabledReason === null && workflow !== null;

  const ask = () => {
    if (!canOpen) return;
    if (firstMissing) onOpenMissing(firstMissing);
    else setOpen(true);
  };
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
      if (event.target instanceof HTMLTextAreaElement || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      ask();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  });

  if (running) {
    return (
      <Button variant="line" onClick={props.onStop} className="!pr-3.5 !pl-2.5" title="Stop the run">
        <Square size={12} fill="currentColor" aria-hidden="true" />
        Stop
      </Button>
    );
  }
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Anchor asChild>
        <Button
          variant={quiet ? "line" : "primary"}
          aria-disabled={canOpen ? undefined : true}
          aria-expanded={open}
          aria-haspopup="dialog"
          title={disabledReason ?? (firstMissing ? "Opens the first field to fill" : "Run (Ctrl+Enter)")}
          onClick={ask}
          className="!pr-3.5 !pl-2.5"
        >
          <Play size={14} fill="currentColor" strokeWidth={1.75} aria-hidden="true" />
          Run
        </Button>
      </Popover.Anchor>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={12}
          aria-label="Run the workflow"
          className={cn(FLOATING, "w-[min(360px,calc(100vw-24px))] p-4")}
        >
          <RunForm triggers={triggers} onDone={() => setOpen(false)} onRun={props.onRun} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

interface FormProps {
  triggers: Trigger[];
  onDone: () => void;
  onRun: (input: JsonValue, triggerId: string | null) => Promise<void>;
}

function RunForm({ triggers, onDone, onRun }: FormProps) {
  const [triggerId, setTriggerId] = useState(triggers[0]?.node.id ?? null);
  const [text, setText] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [starting, setStarting] = useState(false);
  const trigger = triggers.find((other) => other.node.id === triggerId) ?? null;
  const kind = trigger?.kind ?? "free";

  const start = async () => {
    setError(null);
    setStarting(true);
    try {
      await onRun(inputFrom(kind, text), triggerId);
      onDone();
    } catch (reason) {
      setError(reason instanceof Error ? reason.message : String(reason));
      setStarting(false);
    }
  };
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      {triggers.length > 1 && (
        <Field label="Starts from">
          {(ids) => (
            <select
              {...ids}
              value={triggerId ?? ""}
              onChange={(event) => setTriggerId(event.target.value)}
              className={cn(CONTROL, "h-8 max-tab:h-11")}
            >
              {triggers.map(({ node }) => (
                <option key={node.id} value={node.id}>
                  {node.label}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      {kind === "none" ? (
        <p className="text-md text-pretty text-2">
          Runs once, now, as if <b className="font-medium text-1">{trigger?.node.label}</b> had come due.
        </p>
      ) : (
        <Field label={INPUT_LABELS[kind]} aside={kind === "question" ? undefined : "Optional"}>
          {(ids) => (
            <TextArea
              {...ids}
              autoFocus
              rows={3}
              value={text}
              placeholder={INPUT_PLACEHOLDERS[kind]}
              onChange={(event) => setText(event.target.value)}
              onKeyDown={(event) => {
                const plainEnter = event.key === "Enter" && !event.shiftKey && kind === "question";
                if (plainEnter || (event.key === "Enter" && (event.ctrlKey || event.metaKey))) {
                  event.preventDefault();
                  void start();
                }
              }}
              className={cn("field-sizing-content max-h-60", kind !== "question" && "font-mono text-sm")}
            />
          )}
        </Field>
      )}
      {error && (
        <p role="alert" className="text-sm text-pretty text-failed">
          {error}
        </p>
      )}
      <div className="flex items-center justify-end gap-2">
        <Button variant="plain" onClick={onDone}>
          Cancel
        </Button>
        <Button variant="primary" type="submit" disabled={starting}>
          Start the run
        </Button>
      </div>
    </form>
  );
}
