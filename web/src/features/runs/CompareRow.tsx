"use client";
/** One step in two runs: its state, time and tokens side by side, and below, once opened, where what it gave parts. */
import { ChevronRight } from "lucide-react";
import { useMemo } from "react";
import { type ComparedStep, type Difference, stepMs, stepTokens } from "@/model/compare";
import { duration, number } from "@/model/format";
import type { StepSource, StepStatus, StepView } from "@/model/run";
import { diffTexts } from "@/model/text-diff";
import type { JsonValue } from "@/model/workflow";
import { Button } from "@/ui/Button";
import { cn } from "@/ui/cn";
import { StateGlyph } from "@/ui/StateGlyph";
import type { Side } from "./CompareDialog";

interface Props {
  row: ComparedStep;
  label: string;
  turn: string;
  open: boolean;
  onToggle: () => void;
  onStep: (side: Side, step: StepView) => void;
}

const NAMES: Record<Difference, string> = {
  only_left: "only left",
  only_right: "only right",
  status: "state",
  branch: "branch",
  output: "output",
  error: "error",
};

const STATES: Record<StepStatus, string> = {
  running: "Running",
  done: "Done",
  failed: "Failed",
  skipped: "Not needed",
  waiting: "Waiting",
  in_doubt: "In doubt",
};

const SOURCES: Record<StepSource, string | null> = { live: null, recorded: "recorded", edited: "edited" };

export function CompareRow({ row, label, turn, open, onToggle, onStep }: Props) {
  const { left, right, differences } = row;
  return (
    <div className="py-1">
      <button
        type="button"
        aria-expanded={open}
        onClick={onToggle}
        className="block w-full rounded-md px-2 py-1.5 text-left hover:bg-hover"
      >
        <span className="flex items-center gap-1.5">
          <ChevronRight
            size={14}
            strokeWidth={1.75}
            aria-hidden="true"
            className={cn("flex-none text-3", open && "rotate-90")}
          />
          <span className="truncate text-md font-medium">{label}</span>
          <span className="num flex-none text-sm text-3">{turn}</span>
          <span className={cn("ml-auto flex-none text-sm", differences.length > 0 ? "font-medium text-1" : "text-3")}>
            {differences.length > 0 ? `≠ ${differences.map((name) => NAMES[name]).join(", ")}` : "= same"}
          </span>
        </span>
        <span className="mt-0.5 grid grid-cols-2 gap-4 pl-5 max-tab:gap-2">
          <Facts step={left} other={right} />
          <Facts step={right} other={left} />
        </span>
      </button>
      {open && (
        <div className="grid grid-cols-2 gap-4 pt-1 pr-2 pb-2 pl-7 max-tab:grid-cols-1 max-tab:gap-2">
          <Given row={row} side="left" onStep={onStep} />
          <Given row={row} side="right" onStep={onStep} />
        </div>
      )}
    </div>
  );
}

function Facts({ step, other }: { step: StepView | null; other: StepView | null }) {
  if (!step) return <span className="text-sm text-3">Not in this run</span>;
  const ms = stepMs(step);
  const tokens = stepTokens(step);
  const facts = [
    STATES[step.status],
    SOURCES[step.source],
    step.branch,
    ms === null ? null : `${duration(ms)}${share(ms, stepMs(other))}`,
    tokens > 0 ? `${number(tokens)} tokens` : null,
  ];
  return (
    <span className="num flex min-w-0 items-center gap-1.5 text-sm text-2">
      <StateGlyph
        state={step.source === "recorded" && step.status === "done" ? "recorded" : step.status}
        size={14}
        still
        decorative
      />
      <span className="truncate">{facts.filter((fact) => fact !== null && fact !== "").join(", ")}</span>
    </span>
  );
}

/** How much longer, where that is worth saying: "(2.1×)". */
function share(ms: number, other: number | null): string {
  if (other === null || other < 20 || ms < other * 1.5) return "";
  return ` (${(ms / other).toFixed(1)}×)`;
}

function Given({ row, side, onStep }: { row: ComparedStep; side: Side; onStep: (side: Side, step: StepView) => void }) {
  const step = row[side];
  const parts = useMemo(() => diffTexts(textOf(row.left), textOf(row.right)), [row]);
  if (!step) return <p className="text-sm text-3 max-tab:hidden">Not in this run.</p>;
  const shown = parts.filter((part) => part.kind === "same" || part.kind === side);
  return (
    <section aria-label={side === "left" ? "Output on the left" : "Output on the right"} className="min-w-0">
      <div className="max-h-80 overflow-auto rounded-md border border-line bg-inset px-2.5 py-2 font-mono text-xs leading-[18px] whitespace-pre-wrap text-2 [overflow-wrap:anywhere]">
        {textOf(step) === "" && <span className="font-sans text-3">No output</span>}
        {shown.map((part, index) =>
          part.kind === "same" ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: recorded values do not change
            <span key={index}>{part.text}</span>
          ) : (
            <mark
              // biome-ignore lint/suspicious/noArrayIndexKey: recorded values do not change
              key={index}
              className={cn(
                "rounded-[2px] text-1",
                side === "left"
                  ? "bg-removed-tint underline decoration-dashed decoration-(--diff-removed)"
                  : "bg-added-tint underline decoration-(--diff-added)",
              )}
            >
              {part.text}
            </mark>
          ),
        )}
      </div>
      <Button variant="plain" size="xs" onClick={() => onStep(side, step)} className="mt-1">
        Show on the diagram
      </Button>
    </section>
  );
}

/** One text is read as it is, several values as JSON; what failed, by its error. */
function textOf(step: StepView | null): string {
  if (!step) return "";
  if (step.error) return step.error.message;
  const output = step.output;
  if (output === null) return "";
  if (typeof output === "string") return output;
  if (typeof output === "object" && !Array.isArray(output)) {
    const given = Object.entries(output).filter(([, value]) => value !== null) as [string, JsonValue][];
    const [only] = given;
    if (given.length === 1 && typeof only?.[1] === "string") return only[1];
  }
  return JSON.stringify(output, null, 2);
}
