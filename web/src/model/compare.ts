/** Two runs side by side, step by step: steps belong together by node and loop turn, also when the diagrams differ. */
import { same } from "./diff";
import { comparePaths, newestAttempts, type RunView, type StepView } from "./run";
import type { WorkflowData } from "./workflow";

export type Difference = "only_left" | "only_right" | "status" | "branch" | "output" | "error";

export interface ComparedStep {
  node_id: string;
  path: string;
  left: StepView | null;
  right: StepView | null;
  /** What differs beyond how long it took and how many tokens it cost; empty: the same came out. */
  differences: Difference[];
}

/** In the order of the left diagram, then what only the right one has; a node's loop turns one below the other. */
export function compareRuns(
  left: RunView,
  right: RunView,
  workflows: readonly (WorkflowData | null)[],
): ComparedStep[] {
  const rows = new Map<string, ComparedStep>();
  for (const [side, run] of [["left", left] as const, ["right", right] as const]) {
    for (const step of newestAttempts(run.steps)) {
      const { node_id, path } = step;
      const key = `${node_id}@${path}`;
      const row = rows.get(key) ?? { node_id, path, left: null, right: null, differences: [] };
      row[side] = step;
      rows.set(key, row);
    }
  }
  const order = orderOf(workflows);
  const place = (row: ComparedStep) => order.get(row.node_id) ?? order.size;
  const all = [...rows.values()].sort(
    (a, b) => place(a) - place(b) || a.node_id.localeCompare(b.node_id) || comparePaths(a.path, b.path),
  );
  for (const row of all) row.differences = differencesOf(row);
  return all;
}

/** Along the edges: what feeds a step stands above it, and a loop above what is in it. */
function orderOf(workflows: readonly (WorkflowData | null)[]): Map<string, number> {
  const order = new Map<string, number>();
  for (const workflow of workflows) if (workflow) addInOrder(order, workflow);
  return order;
}

function addInOrder(order: Map<string, number>, workflow: WorkflowData): void {
  const open = new Map(workflow.nodes.map((node) => [node.id, 0]));
  const outs = new Map<string, string[]>();
  for (const { source, target } of workflow.edges) {
    open.set(target, (open.get(target) ?? 0) + 1);
    outs.set(source, [...(outs.get(source) ?? []), target]);
  }
  const inside = new Map<string | null, string[]>();
  for (const node of workflow.nodes) inside.set(node.parent, [...(inside.get(node.parent) ?? []), node.id]);
  const visit = (parent: string | null) => {
    const ready = (inside.get(parent) ?? []).filter((id) => open.get(id) === 0);
    for (let at = 0; at < ready.length; at += 1) {
      const id = ready[at] as string;
      if (!order.has(id)) order.set(id, order.size);
      if (inside.has(id)) visit(id);
      for (const target of outs.get(id) ?? []) {
        const rest = (open.get(target) ?? 1) - 1;
        open.set(target, rest);
        if (rest === 0) ready.push(target);
      }
    }
  };
  visit(null);
}

function differencesOf({ left, right }: ComparedStep): Difference[] {
  if (left === null) return ["only_right"];
  if (right === null) return ["only_left"];
  const found: Difference[] = [];
  if (left.status !== right.status) found.push("status");
  if (left.branch !== right.branch) found.push("branch");
  if (!same(left.output, right.output)) found.push("output");
  if (left.error?.message !== right.error?.message) found.push("error");
  return found;
}

export function stepMs(step: StepView | null): number | null {
  if (!step?.started_at || !step.finished_at || step.source === "recorded") return null;
  return Date.parse(step.finished_at) - Date.parse(step.started_at);
}

export function stepTokens(step: StepView | null): number {
  return step?.usage && step.source !== "recorded" ? step.usage.input_tokens + step.usage.output_tokens : 0;
}
