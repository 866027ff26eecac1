"use client";
/** The empty page: one question and four examples. Hovering or focusing one draws its diagram on the right. */
import { Fragment } from "react";
import type { WorkflowData, WorkflowNode } from "@/model/workflow";
import { Tile } from "@/ui/Tile";
import examples from "./examples.gen.json";

interface Props {
  /** Icon and category of a node type; null while the catalogue loads. */
  look: (type: string) => { icon: string; category: string } | null;
  onPick: (text: string) => void;
  onPreview: (example: Example, place: number) => void;
}

export interface Example {
  text: string;
  workflow: WorkflowData;
  /** The line under each node's label, by node id. */
  summaries: Record<string, string>;
}

const EXAMPLES = examples as unknown as Example[];
const LONGEST_CHAIN = 6;

/** One icon per kind of step along the way, branches told once. */
export function chainOf(workflow: WorkflowData): WorkflowNode[] {
  const seen = new Set<string>();
  return workflow.nodes
    .filter((node) => {
      const fresh = !seen.has(node.type) && node.type !== "note";
      seen.add(node.type);
      return fresh;
    })
    .slice(0, LONGEST_CHAIN);
}

export function Welcome({ look, onPick, onPreview }: Props) {
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-y-auto px-5 max-tab:px-4">
      <div className="my-auto py-6">
        <h1 className="text-2xl font-semibold tracking-[-0.018em]">What should happen, and when?</h1>
        <p className="mt-2 text-balance text-lg text-2">
          Describe it in your own words. Each reply draws the process as a diagram you can run, change and replay.
        </p>
        <ul aria-label="Examples" className="-mx-3 mt-6 grid gap-0.5">
          {EXAMPLES.map((example, index) => (
            <li key={example.text}>
              <button
                type="button"
                onClick={() => onPick(example.text)}
                onMouseEnter={() => onPreview(example, index)}
                onFocus={() => onPreview(example, index)}
                className="w-full rounded-lg px-3 pt-2.5 pb-3 text-left transition-colors duration-(--motion-fast) hover:bg-inset focus-visible:bg-inset"
              >
                <span className="block text-pretty">{example.text}</span>
                <span aria-hidden="true" className="mt-2 flex h-5 items-center">
                  {chainOf(example.workflow).map((node, place) => {
                    const type = look(node.type);
                    return (
                      <Fragment key={node.id}>
                        {place > 0 && <i className="h-[1.5px] w-2.5 bg-line-strong" />}
                        <Tile size="xs" icon={type?.icon ?? ""} category={type?.category ?? ""} />
                      </Fragment>
                    );
                  })}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

export const FIRST_EXAMPLE: Example | null = EXAMPLES[0] ?? null;
