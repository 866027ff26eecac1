"use client";
/** What failed in a run and where, what it answered, and where that comes from. */
import type { Citation } from "@/model/citation";
import { type RunView, type StepPlace, stepsOf } from "@/model/run";
import { sourcesText } from "@/model/run-place";
import { inputLine } from "@/model/run-state";
import type { JsonValue } from "@/model/workflow";
import { Failures } from "./Failures";
import { costText, tookOf } from "./run-words";

interface Props {
  run: RunView;
  /** "From step 4 of run 10". */
  origin: string | null;
  labelOf: (nodeId: string) => string;
  turnOf: (place: StepPlace) => string;
  onStep: (place: StepPlace) => void;
  onCitation: (citation: Citation) => void;
}

export function RunResult({ run, origin, labelOf, turnOf, onStep, onCitation }: Props) {
  const text = run.output ? textOf(run.output.value) : null;
  const facts = [
    tookOf(run),
    run.output?.built_in ? "built-in, 0 tokens" : costText(run.usage),
    retries(run),
    sourcesText(run),
  ].filter(Boolean);
  return (
    <section
      aria-label={`Result of run ${run.number}`}
      className="text-sm leading-[18px] text-2 [overflow-wrap:anywhere]"
    >
      <Failures run={run} labelOf={labelOf} turnOf={turnOf} onStep={onStep} />
      <p className="line-clamp-3 font-medium text-pretty text-1" title={inputLine(run.input)}>
        {inputLine(run.input)}
      </p>
      {origin && <p className="mt-0.5 text-pretty text-3">{origin}</p>}
      {text && (
        <p className="mt-2 max-h-72 overflow-y-auto whitespace-pre-wrap text-pretty text-1">
          <WithMarkers text={text} citations={run.output?.citations ?? []} onCitation={onCitation} />
        </p>
      )}
      {(run.output?.citations ?? []).length > 0 && (
        <ul className="mt-3 grid gap-1">
          {run.output?.citations.map((citation) => (
            <li key={`${citation.marker}${citation.chunk_id}`}>
              <button
                type="button"
                onClick={() => onCitation(citation)}
                className="num max-w-full truncate text-left font-medium text-accent"
              >
                {citation.marker} · {citation.document}, page {citation.page}
              </button>
            </li>
          ))}
        </ul>
      )}
      {facts.length > 0 && <p className="num mt-3 text-xs text-3">{facts.join(", ")}</p>}
    </section>
  );
}

function retries(run: RunView): string | null {
  const nodes = new Set(run.steps.map((step) => step.node_id));
  const again = [...nodes].reduce((sum, id) => sum + stepsOf(run, id).filter((step) => step.attempt > 1).length, 0);
  return again > 0 ? `${again} ${again === 1 ? "retry" : "retries"}` : null;
}

function textOf(value: JsonValue): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "object" && !Array.isArray(value) && typeof value.text === "string") return value.text;
  return JSON.stringify(value, null, 2);
}

function WithMarkers({
  text,
  citations,
  onCitation,
}: {
  text: string;
  citations: readonly Citation[];
  onCitation: (citation: Citation) => void;
}) {
  if (citations.length === 0) return text;
  return text.split(/(\[\d+\])/).map((part, index) => {
    const citation = citations.find((other) => part === `[${other.marker}]`);
    if (!citation) return part;
    return (
      <button
        // biome-ignore lint/suspicious/noArrayIndexKey: the text is recorded and does not change
        key={index}
        type="button"
        onClick={() => onCitation(citation)}
        title={`${citation.document ?? "Document"}, page ${citation.page}`}
        aria-label={`Source ${citation.marker}: ${citation.document ?? "document"}, page ${citation.page}`}
        className="mx-px inline-grid h-4 min-w-4 place-items-center rounded-sm bg-accent-tint px-1 align-[1px] text-xs leading-4 font-medium text-accent"
      >
        {citation.marker}
      </button>
    );
  });
}
