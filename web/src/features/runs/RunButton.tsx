"use client";
/** Run: the one primary button. It asks for what the trigger needs, or leads to the first field that is missing; while a run lives, Stop. */
import { Play, Square } from "lucide-react";
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { Button } from "@/ui/Button";
import type { RunButtonProps } from "./props";
import { triggersOf } from "./run-input";

const RunPopover = lazy(() => import("./RunPopover"));

export function RunButton(props: RunButtonProps) {
  const { workflow, catalogue, firstMissing, running, quiet, disabledReason, onOpenMissing } = props;
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
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
      <Button variant="line" onClick={props.onStop} className="!pr-3.5 !pl-2.5 max-tab:!h-9" title="Stop the run">
        <Square size={12} fill="currentColor" aria-hidden="true" />
        Stop
      </Button>
    );
  }
  return (
    <>
      <Button
        ref={button}
        // One primary button at a time: while it asks, that is the one that starts the run.
        variant={quiet || open ? "line" : "primary"}
        aria-disabled={canOpen ? undefined : true}
        aria-expanded={open}
        aria-haspopup="dialog"
        title={disabledReason ?? (firstMissing ? "Opens the first field to fill" : "Run (Ctrl+Enter)")}
        onClick={() => (open ? setOpen(false) : ask())}
        className="!pr-3.5 !pl-2.5 max-tab:!h-9"
      >
        <Play size={14} fill="currentColor" strokeWidth={1.75} aria-hidden="true" />
        Run
      </Button>
      {open && (
        <Suspense>
          <RunPopover anchor={button} triggers={triggers} onDone={() => setOpen(false)} onRun={props.onRun} />
        </Suspense>
      )}
    </>
  );
}
