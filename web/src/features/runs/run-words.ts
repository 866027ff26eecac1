/** How runs are told in lists: states, where they come from, how long they took and what they cost. */
import { duration, number } from "@/model/format";
import type { RunStatus, RunSummary, RunUsage } from "@/model/run";
import type { GlyphState } from "@/ui/StateGlyph";

export const GLYPHS: Record<RunStatus, GlyphState> = {
  queued: "waiting",
  running: "running",
  waiting: "waiting",
  done: "done",
  failed: "failed",
  cancelled: "skipped",
};

export const WORDS: Record<RunStatus, string> = {
  queued: "Queued",
  running: "Running",
  waiting: "Waiting",
  done: "Done",
  failed: "Failed",
  cancelled: "Cancelled",
};

export function tookOf(run: RunSummary): string | null {
  if (!run.started_at || !run.finished_at) return null;
  return duration(Date.parse(run.finished_at) - Date.parse(run.started_at));
}

/** "640 tokens, $0.0021"; null where no model was asked. */
export function costText(usage: RunUsage | null): string | null {
  if (!usage || usage.input_tokens + usage.output_tokens === 0) return null;
  const tokens = `${number(usage.input_tokens + usage.output_tokens)} tokens`;
  return usage.cost === null ? tokens : `${tokens}, ${dollars(usage.cost)}`;
}

/** Two figures at least, however little it is. */
function dollars(cost: number): string {
  if (cost === 0) return "$0";
  return cost >= 0.1 ? `$${cost.toFixed(2)}` : `$${cost.toPrecision(2)}`;
}

/** "From step Ask lead of run 10", "From what failed in run 10". */
export function originText(
  run: RunSummary,
  numberOf: (runId: string) => number | null,
  labelOf: (nodeId: string) => string,
): string | null {
  if (run.from_run_id === null) return null;
  const known = numberOf(run.from_run_id);
  const earlier = known === null ? "an earlier run" : `run ${known}`;
  return run.from_node_id === null
    ? `From what failed in ${earlier}`
    : `From step ${labelOf(run.from_node_id)} of ${earlier}`;
}
