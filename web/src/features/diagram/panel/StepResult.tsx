"use client";
import { useEffect, useState } from "react";
/** What one step got and gave in a run: state, text as it is written, value, and where it comes from. Loop turns and attempts by picker. */
import type { Citation } from "@/model/citation";
import { duration, seconds } from "@/model/format";
import { type Decision, hasEnded, newestAttempts, type RunView, type StepView } from "@/model/run";
import { tookText } from "@/model/run-state";
import type { WorkflowNode } from "@/model/workflow";
import { cn } from "@/ui/cn";
import { SelectInput } from "@/ui/Field";
import { Notice, told } from "@/ui/Notice";
import { StateGlyph } from "@/ui/StateGlyph";
import { ApproveForm } from "./ApproveForm";
import { usageText, ValueView } from "./ValueView";

interface Props {
  run: RunView;
  node: WorkflowNode;
  steps: readonly StepView[];
  part: "input" | "output";
  replaying: boolean;
  onDecide: (decision: Decision) => Promise<void>;
  onCitation: (citation: Citation) => void;
}

export function StepResult(props: Props) {
  const { run, node, steps, part, replaying } = props;
  const [picked, setPicked] = useState<string | null>(null);
  const step = steps.find((other) => keyOf(other) === picked) ?? currentStep(steps);
  if (!step) {
    const text = hasEnded(run.status) ? "This step was not reached." : "This step has not started yet.";
    return <p className="px-4 py-3 text-sm text-3">{text}</p>;
  }
  return (
    <div className="px-4 py-3 text-sm leading-[18px] text-2">
      {steps.length > 1 && <StepPicker steps={steps} value={keyOf(step)} onPick={setPicked} />}
      <StateLine step={step} still={replaying} />
      {step.error && (
        <Notice title={told(step.error.message).title} className="mb-3 !text-sm">
          {told(step.error.message).children}
          {step.retry_at && !hasEnded(run.status) ? " The next attempt starts in a moment." : null}
        </Notice>
      )}
      {step.status === "waiting" && step.wait?.for_person && !replaying && (
        <ApproveForm step={step} onDecide={props.onDecide} />
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

/** The one that asks, else one at work, else one that failed, else the last. */
function currentStep(steps: readonly StepView[]): StepView | undefined {
  const newest = newestAttempts(steps);
  return (
    newest.find((step) => step.status === "waiting") ??
    newest.find((step) => step.status === "running") ??
    newest.find((step) => step.status === "failed") ??
    newest.at(-1)
  );
}

function keyOf(step: StepView): string {
  return `${step.path}#${step.attempt}`;
}

function StepPicker({
  steps,
  value,
  onPick,
}: {
  steps: readonly StepView[];
  value: string;
  onPick: (key: string) => void;
}) {
  return (
    <SelectInput
      aria-label="Which time"
      value={value}
      onChange={(event) => onPick(event.target.value)}
      className="num mb-3"
    >
      {steps.map((step) => (
        <option key={keyOf(step)} value={keyOf(step)}>
          {stepName(step, steps)}
        </option>
      ))}
    </SelectInput>
  );
}

function stepName(step: StepView, all: readonly StepView[]): string {
  const turn =
    step.path === ""
      ? ""
      : `Item ${step.path
          .split(".")
          .map((part) => Number(part) + 1)
          .join(".")}`;
  const attempts = all.filter((other) => other.path === step.path).length;
  const attempt = attempts > 1 ? `attempt ${step.attempt} of ${attempts}` : "";
  return [turn, attempt, STATUS_WORDS[step.status]].filter(Boolean).join(", ");
}

const STATUS_WORDS: Record<StepView["status"], string> = {
  running: "running",
  done: "done",
  failed: "failed",
  skipped: "not needed",
  waiting: "waiting",
  in_doubt: "in doubt",
};

const COLOURS: Record<StepView["status"], string> = {
  running: "text-running",
  done: "text-done",
  failed: "text-failed",
  skipped: "text-skipped",
  waiting: "text-waiting",
  in_doubt: "text-missing",
};

function StateLine({ step, still }: { step: StepView; still: boolean }) {
  const now = useNow(step.status === "running" && !still);
  const took = tookText(step);
  const recorded = step.source !== "live" && step.status === "done";
  const text = {
    running: step.started_at && !still ? `Running for ${duration(now - Date.parse(step.started_at))}` : "Running",
    done: recorded ? "Recorded, not executed again" : took ? `Done in ${took}` : "Done",
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

function Facts({ step, node }: { step: StepView; node: WorkflowNode }) {
  const { usage } = step;
  const facts: [string, string][] = [["Source", { live: "Live", recorded: "Recorded", edited: "Edited" }[step.source]]];
  if (step.branch) facts.push(["Branch", step.branch]);
  if (usage) {
    facts.push(["Model", usage.model === "built-in" ? "Built-in" : usage.model]);
    facts.push(["Tokens", usageText(usage)]);
  }
  if (step.decision?.by) facts.push(["Decided by", step.decision.by]);
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
