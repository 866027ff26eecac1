/** Where in a run something happened, in words: the turn of each loop around a step, what failed first, and what a run was made of. */
import {
  comparePaths,
  isLoopStep,
  newestAttempts,
  type RunView,
  type StepPlace,
  type StepSource,
  type StepView,
} from "./run";
import type { JsonValue, WorkflowData } from "./workflow";

/** How many turns a loop's step takes; null where that is not recorded. */
export function turnsOf(step: StepView | undefined): number | null {
  if (!step || !isLoopStep(step)) return null;
  const { items, batch_size } = step.input as { [key: string]: JsonValue };
  if (!Array.isArray(items)) return null;
  return Math.ceil(items.length / sizeOf(batch_size));
}

function sizeOf(batch: JsonValue | undefined): number {
  return typeof batch === "number" && batch > 0 ? batch : 1;
}

/** "Item 37 of 120"; in a loop in a loop "item 3 of 12, item 1 of 4"; "" outside loops. Several items at once are a batch. */
export function turnName({ node_id, path }: StepPlace, run: RunView, workflow: WorkflowData | null): string {
  if (path === "") return "";
  const indexes = path.split(".").map(Number);
  const loops = loopsAround(node_id, workflow);
  const names = indexes.map((index, depth) => {
    const around = indexes.slice(0, depth).join(".");
    const loop = run.steps.find((step) => step.node_id === loops[depth] && step.path === around);
    const of = turnsOf(loop);
    const word = isBatched(loop) ? "batch" : "item";
    return of === null ? `${word} ${index + 1}` : `${word} ${index + 1} of ${of}`;
  });
  const text = names.join(", ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function isBatched(loop: StepView | undefined): boolean {
  if (!loop || !isLoopStep(loop)) return false;
  return sizeOf((loop.input as { [key: string]: JsonValue }).batch_size) > 1;
}

/** Outermost first. */
function loopsAround(nodeId: string, workflow: WorkflowData | null): string[] {
  const parents = new Map(workflow?.nodes.map((node) => [node.id, node.parent]));
  const loops: string[] = [];
  for (let at = parents.get(nodeId) ?? null; at !== null && loops.length < 20; at = parents.get(at) ?? null)
    loops.unshift(at);
  return loops;
}

/** What failed and was not tried again: the step the run ended by first, then by loop turn. What was only stopped because of it is left
 * out, unless nothing else failed. */
export function failuresOf(run: RunView): StepView[] {
  const isBlamed = (step: StepView) => step.node_id === run.failed?.node_id && step.path === run.failed.path;
  const failed = newestAttempts(run.steps).filter((step) => step.status === "failed" && step.retry_at === null);
  const own = failed.filter((step) => step.error?.error !== STOPPED);
  return (own.length > 0 ? own : failed).sort(
    (a, b) =>
      Number(isBlamed(b)) - Number(isBlamed(a)) ||
      Number(isLoopStep(a)) - Number(isLoopStep(b)) ||
      comparePaths(a.path, b.path),
  );
}

/** What the engine calls the failure of a step that ended with its run. */
const STOPPED = "stopped";

/** How many of the run's finished steps were executed, taken from an earlier run, or executed because something about them had changed. */
function sourcesOf(run: RunView): Record<StepSource, number> {
  const counts = { live: 0, recorded: 0, edited: 0 };
  for (const step of newestAttempts(run.steps)) if (step.status !== "skipped") counts[step.source] += 1;
  return counts;
}

/** "3 recorded, 2 edited, 4 live"; "" where all of it was executed. */
export function sourcesText(run: RunView): string {
  const { live, recorded, edited } = sourcesOf(run);
  if (recorded + edited === 0) return "";
  const parts = [
    [recorded, "recorded"],
    [edited, "edited"],
    [live, "live"],
  ] as const;
  return parts.flatMap(([many, word]) => (many > 0 ? [`${many} ${word}`] : [])).join(", ");
}
