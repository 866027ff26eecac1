/** What differs from the defaults in how a node is tried and given up, in one line. */
import { seconds } from "./format";
import type { WorkflowNode } from "./workflow";

export function limitsLine(node: WorkflowNode): string {
  return [
    node.retry && node.retry.attempts > 1 ? `${node.retry.attempts} attempts` : "",
    node.timeout !== null ? `at most ${seconds(node.timeout)}` : "",
    node.on_error === "continue" ? "goes on after an error" : node.on_error === "fail" ? "stops at an error" : "",
  ]
    .filter(Boolean)
    .join(", ");
}
