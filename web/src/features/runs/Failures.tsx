"use client";
/** What failed in a run, first of all: which step, in which turn of its loop, and why; each leads to its place on the diagram. */
import { useState } from "react";
import { number } from "@/model/format";
import type { RunView, StepPlace } from "@/model/run";
import { failuresOf } from "@/model/run-place";
import { Button } from "@/ui/Button";
import { Notice, told } from "@/ui/Notice";
import { StateGlyph } from "@/ui/StateGlyph";

interface Props {
  run: RunView;
  labelOf: (nodeId: string) => string;
  turnOf: (place: StepPlace) => string;
  onStep: (place: StepPlace) => void;
}

const FIRST = 3;
const MORE = 50;

export function Failures({ run, labelOf, turnOf, onStep }: Props) {
  const [shown, setShown] = useState(FIRST);
  const failures = failuresOf(run);
  const isSaid = failures.some((step) => step.error?.message === run.error?.message);
  if (failures.length === 0 && run.error === null) return null;
  return (
    <div className="mb-3 grid gap-1.5">
      {run.error && !isSaid && (
        <Notice title={told(run.error.message).title} className="!text-sm">
          {told(run.error.message).children}
        </Notice>
      )}
      {failures.length > 0 && (
        <ul aria-label="What failed" className="grid gap-1.5">
          {failures.slice(0, shown).map((step) => (
            <li key={`${step.node_id}@${step.path}`}>
              <button
                type="button"
                onClick={() => onStep(step)}
                title="Show it on the diagram"
                className="grid w-full grid-cols-[16px_1fr] gap-x-2 rounded-lg border border-line bg-surface px-2.5 py-2 text-left hover:bg-hover"
              >
                <StateGlyph state="failed" className="mt-px" />
                <span className="min-w-0 [overflow-wrap:anywhere]">
                  <b className="font-medium text-1">{labelOf(step.node_id)}</b>
                  {step.path !== "" && <span className="num text-2">, {turnOf(step).toLowerCase()}</span>}
                  {step.attempt > 1 && <span className="num text-2">, attempt {step.attempt}</span>}
                  <span className="block text-pretty text-2">{step.error?.message ?? "It failed."}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {failures.length > shown && (
        <Button variant="plain" size="xs" onClick={() => setShown(shown + MORE)} className="justify-self-start">
          Show more of {number(failures.length)}
        </Button>
      )}
    </div>
  );
}
