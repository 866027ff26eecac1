"use client";
/** Two runs side by side: what each step gave, how long it took and what it cost, and whether the same came out. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState } from "react";
import { type ComparedStep, compareRuns } from "@/model/compare";
import { clock, count, number } from "@/model/format";
import type { RunSummary, RunView, StepPlace, StepView } from "@/model/run";
import { sourcesText } from "@/model/run-place";
import type { WorkflowData } from "@/model/workflow";
import { Dialog } from "@/ui/Dialog";
import { SelectInput } from "@/ui/Field";
import { LoadingBars } from "@/ui/Loading";
import { Notice } from "@/ui/Notice";
import { Segmented } from "@/ui/Segmented";
import { StateGlyph } from "@/ui/StateGlyph";
import { CompareRow } from "./CompareRow";
import { costText, GLYPHS, tookOf, WORDS } from "./run-words";

export type Side = "left" | "right";

export interface CompareDialogProps {
  /** The earlier one stands left. Null: not here yet. */
  left: RunView | null;
  right: RunView | null;
  /** To choose from, newest first. */
  runs: readonly RunSummary[];
  workflows: readonly [WorkflowData | null, WorkflowData | null];
  error: string | null;
  turnOf: (side: Side, place: StepPlace) => string;
  onPick: (side: Side, runId: string) => void;
  onStep: (side: Side, step: StepView) => void;
  onClose: () => void;
}

const ROW_HEIGHT = 58;

export function CompareDialog(props: CompareDialogProps) {
  return (
    <Dialog open onClose={props.onClose} title="Compare two runs" width="xl">
      <Compared {...props} />
    </Dialog>
  );
}

/** Within the dialog, so that what is measured is on the page. */
function Compared(props: CompareDialogProps) {
  const { left, right, workflows, error } = props;
  const [only, setOnly] = useState<"all" | "different">("all");
  const rows = useMemo(() => (left && right ? compareRuns(left, right, workflows) : null), [left, right, workflows]);
  const different = useMemo(() => rows?.filter((row) => row.differences.length > 0) ?? [], [rows]);
  return (
    <>
      <div className="flex-none px-5 pb-3 max-tab:px-3">
        <div className="grid grid-cols-2 gap-4 max-tab:gap-2">
          <Head {...props} side="left" run={left} />
          <Head {...props} side="right" run={right} />
        </div>
        <div className="mt-3 flex min-h-8 flex-wrap items-center gap-x-3 gap-y-2">
          <p role="status" className="num min-w-0 flex-1 text-sm text-pretty text-2">
            {rows && verdict(rows.length, different.length)}
          </p>
          <Segmented
            label="Steps shown"
            size="xs"
            value={only}
            onChange={setOnly}
            options={[
              { value: "all", label: "All steps" },
              { value: "different", label: "Differences" },
            ]}
          />
        </div>
      </div>
      {error !== null && (
        <Notice title="The runs could not be compared." className="m-5 mt-0">
          {error}
        </Notice>
      )}
      {rows === null && error === null && (
        <LoadingBars label="The runs are loading" widths={[80, 60, 90, 50]} className="px-5 py-4" />
      )}
      <Rows {...props} rows={rows === null ? [] : only === "all" ? rows : different} />
    </>
  );
}

function Rows({ rows, workflows, turnOf, onStep }: CompareDialogProps & { rows: readonly ComparedStep[] }) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const labels = useMemo(
    () => new Map(workflows.flatMap((workflow) => workflow?.nodes.map((node) => [node.id, node.label] as const) ?? [])),
    [workflows],
  );
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => keyOf(rows[index]) ?? index,
    overscan: 6,
  });
  const toggle = (key: string) => {
    const next = new Set(open);
    if (!next.delete(key)) next.add(key);
    setOpen(next);
  };
  return (
    <div
      ref={scroller}
      className="min-h-0 flex-1 overflow-y-auto overscroll-contain border-t border-line px-3 pb-3 max-tab:px-1"
    >
      <ul aria-label="Steps" className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const row = rows[item.index];
          const key = keyOf(row);
          if (!row || key === null) return null;
          return (
            <li
              key={item.key}
              ref={virtualizer.measureElement}
              data-index={item.index}
              className="absolute inset-x-0 top-0 border-b border-line"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <CompareRow
                row={row}
                label={labels.get(row.node_id) ?? row.node_id}
                turn={turnOf(row.right ? "right" : "left", row)}
                open={open.has(key)}
                onToggle={() => toggle(key)}
                onStep={onStep}
              />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function keyOf(row: ComparedStep | undefined): string | null {
  return row ? `${row.node_id}@${row.path}` : null;
}

function verdict(all: number, different: number): string {
  if (different === 0)
    return all === 0 ? "Neither run has begun a step." : `The same came out of all ${count(all, "step")}.`;
  return `${number(different)} of ${count(all, "step")} differ.`;
}

function Head({ side, run, runs, onPick }: CompareDialogProps & { side: Side; run: RunView | null }) {
  // The shown run may be on a page of the list that is not loaded.
  const choices = run && !runs.some((other) => other.id === run.id) ? [run, ...runs] : runs;
  const facts = run
    ? [
        run.paused ? "Paused" : WORDS[run.status],
        tookOf(run),
        run.built_in ? "0 tokens, built-in" : (costText(run.usage) ?? "0 tokens"),
        sourcesText(run),
      ]
    : [];
  return (
    <div className="min-w-0">
      <SelectInput
        aria-label={side === "left" ? "Run on the left" : "Run on the right"}
        value={run?.id ?? ""}
        onChange={(event) => onPick(side, event.target.value)}
        className="num"
      >
        {!run && <option value="">Loading</option>}
        {choices.map((choice) => (
          <option key={choice.id} value={choice.id}>
            {`Run ${choice.number}, ${WORDS[choice.status].toLowerCase()}, ${clock(choice.created_at)}`}
          </option>
        ))}
      </SelectInput>
      {run && (
        <p className="num mt-1.5 flex items-start gap-1.5 text-sm leading-[18px] text-2">
          <StateGlyph state={GLYPHS[run.status]} size={14} decorative className="mt-0.5" />
          <span className="min-w-0 text-pretty">{facts.filter(Boolean).join(", ")}</span>
        </p>
      )}
      {run && (
        <p className="mt-0.5 truncate text-sm text-3" title={run.input_text}>
          {run.input_text === "" ? "No input" : run.input_text}
        </p>
      )}
    </div>
  );
}
