"use client";
/** What a run is started with: a question, some text or an example of the request. Loaded when Run is pressed. */
import * as Popover from "@radix-ui/react-popover";
import { type RefObject, useState } from "react";
import type { JsonValue } from "@/model/workflow";
import { Button } from "@/ui/Button";
import { cn } from "@/ui/cn";
import { Field, SelectInput, TextArea } from "@/ui/Field";
import { FLOATING } from "@/ui/floating";
import { INPUT_LABELS, INPUT_PLACEHOLDERS, inputFrom, type Trigger } from "./run-input";

interface Props extends FormProps {
  /** What it hangs from. */
  anchor: RefObject<HTMLElement | null>;
}

export default function RunPopover({ anchor, onDone, ...form }: Props) {
  return (
    <Popover.Root open onOpenChange={(open) => !open && onDone()}>
      <Popover.Anchor virtualRef={anchor as RefObject<HTMLElement>} />
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={12}
          aria-label="Run the workflow"
          // A press on Run itself closes it there; here it would close and open again.
          onInteractOutside={(event) => {
            if (event.target instanceof Node && anchor.current?.contains(event.target)) event.preventDefault();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            anchor.current?.focus();
          }}
          className={cn(FLOATING, "w-[min(360px,calc(100vw-24px))] p-4")}
        >
          <RunForm {...form} onDone={onDone} />
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
            <SelectInput {...ids} value={triggerId ?? ""} onChange={(event) => setTriggerId(event.target.value)}>
              {triggers.map(({ node }) => (
                <option key={node.id} value={node.id}>
                  {node.label}
                </option>
              ))}
            </SelectInput>
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
