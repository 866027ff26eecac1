"use client";
/** Which of a step's times is looked at: its turn in the loop, by arrows or by number, the next that failed, and the attempt. */
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useMemo } from "react";
import { number } from "@/model/format";
import type { StepView } from "@/model/run";
import { Button, IconButton } from "@/ui/Button";
import { SelectInput } from "@/ui/Field";

interface Props {
  /** In order of path and attempt. */
  steps: readonly StepView[];
  step: StepView;
  /** "Item 37 of 120"; "" outside loops. */
  turn: string;
  onPick: (step: StepView) => void;
}

/** More of them are not picked from a list but walked through. */
const LISTED = 30;

/** The picker says the turn itself. */
export function isCounted(steps: readonly StepView[], step: StepView): boolean {
  return new Set(steps.map((other) => other.path)).size > LISTED && !step.path.includes(".");
}

export function TurnPicker({ steps, step, turn, onPick }: Props) {
  const { paths, last, failed } = useMemo(() => read(steps), [steps]);
  const attempts = steps.filter((other) => other.path === step.path);
  const at = paths.indexOf(step.path);
  const go = (path: string | undefined) => {
    const found = path === undefined ? undefined : last.get(path);
    if (found) onPick(found);
  };
  const nextFailed = failed.find((path) => paths.indexOf(path) > at) ?? failed[0];
  return (
    <div className="mb-3 grid gap-2">
      {paths.length > 1 && (
        <div className="flex items-center gap-1">
          <IconButton label="The time before" size="sm" disabled={at <= 0} onClick={() => go(paths[at - 1])}>
            <ChevronLeft size={16} strokeWidth={1.75} aria-hidden="true" />
          </IconButton>
          {paths.length <= LISTED ? (
            <SelectInput
              aria-label="Which time"
              value={step.path}
              onChange={(event) => go(event.target.value)}
              className="num min-w-0 flex-1"
            >
              {paths.map((path) => (
                <option key={path} value={path}>
                  {`${itemName(path)}, ${STATUS_WORDS[last.get(path)?.status ?? "done"]}`}
                </option>
              ))}
            </SelectInput>
          ) : (
            <TurnNumber key={step.path} paths={paths} path={step.path} turn={turn} onGo={go} />
          )}
          <IconButton
            label="The time after"
            size="sm"
            disabled={at >= paths.length - 1}
            onClick={() => go(paths[at + 1])}
          >
            <ChevronRight size={16} strokeWidth={1.75} aria-hidden="true" />
          </IconButton>
        </div>
      )}
      {failed.length > 0 && paths.length > 1 && !(failed.length === 1 && failed[0] === step.path) && (
        <Button
          variant="plain"
          size="xs"
          onClick={() => go(nextFailed)}
          className="justify-self-start !px-1 text-failed"
        >
          {failed.length === 1 ? "Show the one that failed" : `Show the next of ${number(failed.length)} that failed`}
        </Button>
      )}
      {attempts.length > 1 && (
        <SelectInput
          aria-label="Which attempt"
          value={String(step.attempt)}
          onChange={(event) => {
            const found = attempts.find((other) => other.attempt === Number(event.target.value));
            if (found) onPick(found);
          }}
          className="num"
        >
          {attempts.map((other) => (
            <option key={other.attempt} value={other.attempt}>
              {`Attempt ${other.attempt} of ${attempts.length}, ${STATUS_WORDS[other.status]}`}
            </option>
          ))}
        </SelectInput>
      )}
    </div>
  );
}

/** The number of the turn, to be typed; turns of loops in loops are counted through. */
function TurnNumber({
  paths,
  path,
  turn,
  onGo,
}: {
  paths: readonly string[];
  path: string;
  turn: string;
  onGo: (path: string | undefined) => void;
}) {
  const nested = path.includes(".");
  const now = nested ? paths.indexOf(path) + 1 : Number(path) + 1;
  const go = (text: string) => {
    const wanted = Number(text);
    if (wanted !== now) onGo(nested ? paths[wanted - 1] : String(wanted - 1));
  };
  const of = nested ? `of ${number(paths.length)}` : (/of \d+$/.exec(turn)?.[0] ?? "");
  return (
    <label className="num flex min-w-0 flex-1 items-center gap-2 text-sm text-2">
      {!nested && "Item"}
      <input
        type="number"
        aria-label="Which time, by number"
        min={1}
        defaultValue={now}
        onBlur={(event) => go(event.target.value)}
        onKeyDown={(event) => event.key === "Enter" && go(event.currentTarget.value)}
        className="h-8 w-16 rounded-md border border-line-strong bg-raised px-2 text-md text-1 max-tab:h-11"
      />
      <span className="truncate">{of}</span>
    </label>
  );
}

function read(steps: readonly StepView[]) {
  const last = new Map<string, StepView>();
  for (const step of steps) last.set(step.path, step);
  const paths = [...last.keys()];
  return { paths, last, failed: paths.filter((path) => last.get(path)?.status === "failed") };
}

function itemName(path: string): string {
  return `Item ${path
    .split(".")
    .map((part) => Number(part) + 1)
    .join(".")}`;
}

const STATUS_WORDS: Record<StepView["status"], string> = {
  running: "running",
  done: "done",
  failed: "failed",
  skipped: "not needed",
  waiting: "waiting",
  in_doubt: "in doubt",
};
