"use client";
/** What one step got and gave in a run: state, text as it is written, value, and where it comes from. Loop turns and attempts by picker. */
import { useEffect, useRef, useState } from "react";
import type { Citation } from "@/model/citation";
import { duration, seconds } from "@/model/format";
import { latestBegun } from "@/model/replay";
import { type Decision, type Doubt, hasEnded, newestAttempts, type RunView, type StepView } from "@/model/run";
import { turnName } from "@/model/run-place";
import { tookText } from "@/model/run-state";
import type { WorkflowData, WorkflowNode } from "@/model/workflow";
import { cn } from "@/ui/cn";
import { Notice, told } from "@/ui/Notice";
import { StateGlyph } from "@/ui/StateGlyph";
import { ApproveForm } from "./ApproveForm";
import { DoubtForm } from "./DoubtForm";
import { isCounted, TurnPicker } from "./TurnPicker";
import { usageText, ValueView } from "./ValueView";

interface Props {
  run: RunView;
  node: WorkflowNode;
  workflow: WorkflowData;
  /** Of this node, in order of path and attempt. */
  steps: readonly StepView[];
  part: "input" | "output";
  replaying: boolean;
  /** The number of the run whose recorded steps this one used, where it is known. */
  fromNumber: number | null;
  /** A turn of the loop was asked for from elsewhere. `number` tells one asking from the next. */
  asked: { nodeId: string; path: string; number: number } | null;
  onDecide: (decision: Decision) => Promise<void>;
  onSettle: (doubt: Doubt) => Promise<void>;
  onStopRun: () => Promise<void>;
  onCitation: (citation: Citation) => void;
}

export function StepResult(props: Props) {
  const { run, node, workflow, steps, part, replaying } = props;
  const [picked, pick] = usePicked(props);
  const chosen = picked === null ? undefined : steps.find((other) => keyOf(other) === picked);
  const step = chosen ?? (replaying ? latestBegun(steps) : currentStep(steps));
  if (!step) {
    const text = hasEnded(run.status) ? "This step was not reached." : "This step has not started yet.";
    return <p className="px-4 py-3 text-sm text-3">{text}</p>;
  }
  const turn = turnName(step, run, workflow);
  return (
    <div className="px-4 py-3 text-sm leading-[18px] text-2">
      {steps.length > 1 && <TurnPicker steps={steps} step={step} turn={turn} onPick={(other) => pick(keyOf(other))} />}
      {turn !== "" && !isCounted(steps, step) && <p className="num mb-1 text-3">{turn}</p>}
      <StateLine step={step} still={replaying} fromNumber={props.fromNumber} />
      {step.error && (
        <Notice title={told(step.error.message).title} className="mb-3 !text-sm">
          {told(step.error.message).children}
          {step.retry_at && !hasEnded(run.status) ? " The next attempt starts in a moment." : null}
        </Notice>
      )}
      {step.status === "waiting" && step.wait?.for_person && !replaying && (
        <ApproveForm key={keyOf(step)} step={step} onDecide={props.onDecide} />
      )}
      {step.status === "in_doubt" && step.decision === null && !replaying && !hasEnded(run.status) && (
        <div className="mb-4 rounded-lg border border-line bg-inset p-3">
          <DoubtForm
            key={keyOf(step)}
            step={step}
            label={node.label}
            onSettle={props.onSettle}
            onStop={props.onStopRun}
          />
        </div>
      )}
      {part === "input" ? (
        <ValueView value={step.input} onCitation={props.onCitation} />
      ) : step.status === "running" && step.text ? (
        <p className="whitespace-pre-wrap text-pretty text-md leading-5 text-1">
          {step.text}
          <span
            aria-hidden="true"
            className="ml-0.5 inline-block h-[15px] w-[7px] animate-[parley-blink_1.1s_steps(2,jump-none)_infinite] rounded-[1px] bg-(--accent) align-[-2px]"
          />
        </p>
      ) : step.decision?.decision === "done" ? (
        <p className="text-3">No output: a person said that it happened.</p>
      ) : step.output === null ? (
        <p className="text-3">
          {step.status === "skipped" ? "Not needed: no branch that was taken leads here." : "No output."}
        </p>
      ) : (
        <ValueView value={step.output} onCitation={props.onCitation} />
      )}
      <Facts step={step} node={node} />
    </div>
  );
}

/** Which time is looked at: the one picked or asked for. A replay's cursor takes it along when it moves on. */
function usePicked({ run, replaying, asked }: Props) {
  const [picked, setPicked] = useState<string | null>(null);
  const known = useRef<number | null>(null);
  const steps = useRef(run.steps);
  useEffect(() => {
    if (replaying && steps.current !== run.steps) setPicked(null);
    steps.current = run.steps;
  }, [replaying, run.steps]);
  useEffect(() => {
    if (asked === null || asked.number === known.current) return;
    known.current = asked.number;
    const last = run.steps.findLast((step) => step.node_id === asked.nodeId && step.path === asked.path);
    setPicked(last ? keyOf(last) : null);
  }, [asked, run.steps]);
  return [picked, setPicked] as const;
}

/** The one that asks, else one at work, else one that failed, else the last. */
function currentStep(steps: readonly StepView[]): StepView | undefined {
  const newest = newestAttempts(steps);
  return (
    newest.find((step) => step.status === "in_doubt" && step.retry_at === null) ??
    newest.find((step) => step.status === "waiting") ??
    newest.find((step) => step.status === "running") ??
    newest.find((step) => step.status === "failed") ??
    newest.at(-1)
  );
}

function keyOf(step: StepView): string {
  return `${step.path}#${step.attempt}`;
}

const COLOURS: Record<StepView["status"], string> = {
  running: "text-running",
  done: "text-done",
  failed: "text-failed",
  skipped: "text-skipped",
  waiting: "text-waiting",
  in_doubt: "text-missing",
};

function StateLine({ step, still, fromNumber }: { step: StepView; still: boolean; fromNumber: number | null }) {
  const now = useNow(step.status === "running" && !still);
  const took = tookText(step);
  const recorded = step.source === "recorded" && step.status === "done";
  const where = fromNumber === null ? "Recorded" : `Recorded in run ${fromNumber}`;
  const text = {
    running: step.started_at && !still ? `Running for ${duration(now - Date.parse(step.started_at))}` : "Running",
    done: recorded ? `${where}, not executed again` : took ? `Done in ${took}` : "Done",
    failed: took ? `Failed after ${took}` : "Failed",
    skipped: "Not needed",
    waiting: step.wait?.for_person ? "Waits for a decision" : "Waits",
    in_doubt: "In doubt: the server stopped while this step ran",
  }[step.status];
  return (
    <p className={cn("mb-3 flex items-center gap-2 text-md", recorded ? "text-recorded" : COLOURS[step.status])}>
      <StateGlyph state={recorded ? "recorded" : step.status} still={still} decorative />
      <span className="num">{text}</span>
    </p>
  );
}

function useNow(active: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!active) return;
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [active]);
  return now;
}

const SOURCES: Record<StepView["source"], string> = {
  live: "Live",
  recorded: "Recorded",
  edited: "Edited: its settings or input had changed, so it was executed",
};

function Facts({ step, node }: { step: StepView; node: WorkflowNode }) {
  const { usage } = step;
  const facts: [string, string][] = [["Source", SOURCES[step.source]]];
  if (step.branch) facts.push(["Branch", step.branch]);
  if (usage) {
    facts.push(["Model", usage.model === "built-in" ? "Built-in" : usage.model]);
    facts.push(["Tokens", usageText(usage)]);
  }
  const told = step.decision?.decision === "done" || step.decision?.decision === "repeat";
  if (step.decision?.by) facts.push([told ? "Told by" : "Decided by", step.decision.by]);
  if (step.decision?.comment) facts.push(["Comment", step.decision.comment]);
  if (step.attempt > 1 || (node.retry?.attempts ?? 1) > 1) {
    facts.push(["Attempt", `${step.attempt} of ${Math.max(step.attempt, node.retry?.attempts ?? 1)}`]);
  }
  if (node.timeout !== null) facts.push(["Timeout", seconds(node.timeout)]);
  return (
    <dl className="num mt-4 grid grid-cols-[72px_1fr] gap-2 border-t border-line pt-3">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-3">{name}</dt>
          <dd className="min-w-0 text-1 [overflow-wrap:anywhere]">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
