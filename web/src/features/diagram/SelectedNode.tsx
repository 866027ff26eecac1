"use client";
/** The panel of the selected node, beside the canvas or as a phone's sheet. */
import { lazy, Suspense } from "react";
import type { Edit } from "@/model/edits";
import type { WorkflowData, WorkflowNode } from "@/model/workflow";
import { LoadingBars } from "@/ui/Loading";
import { Tile } from "@/ui/Tile";
import type { DiagramPaneProps, DrawnWorkflow } from "./props";
import { Side } from "./Side";

const NodePanel = lazy(() => import("./panel/NodePanel").then((module) => ({ default: module.NodePanel })));

interface Props {
  pane: DiagramPaneProps;
  node: WorkflowNode;
  shown: DrawnWorkflow;
  workflow: WorkflowData;
  editable: boolean;
  /** How it stands in the shown run. */
  line: string | null;
  /** Null: it cannot be run from. */
  runFrom: (() => void) | null;
  onEdits: (edits: Edit[]) => void;
  onClose: () => void;
}

export function SelectedNode({ pane, node, shown, workflow, editable, line, runFrom, onEdits, onClose }: Props) {
  const { catalogue, compact, run } = pane;
  const info = catalogue.get(node.type);
  const issues = shown.issues.filter((issue) => issue.node_id === node.id);
  const missing = issues.find((issue) => issue.level === "missing")?.message;
  return (
    <Side
      key={compact ? node.id : "panel"}
      label={node.label}
      compact={compact}
      peek={{
        title: node.label,
        line: line || missing || shown.summaries[node.id] || "",
        icon: <Tile icon={info?.icon ?? ""} category={info?.category ?? "control"} />,
      }}
      opened={
        pane.visit !== null && pane.visit.nodeId === node.id && pane.visit.into !== "view" ? pane.visit.number : 0
      }
      onEscape={onClose}
    >
      <Suspense fallback={<LoadingBars label="Loading the step" className="p-4" />}>
        <NodePanel
          node={node}
          before={pane.before?.workflow.nodes.find((other) => other.id === node.id) ?? null}
          workflow={workflow}
          catalogue={catalogue}
          issues={issues}
          collections={pane.collections}
          editable={editable}
          noModel={pane.noModel}
          visit={pane.visit}
          run={run ?? pane.lastRun}
          runShown={run !== null}
          replaying={pane.replaying}
          shownId={shown.messageId}
          editCount={shown.editCount}
          onEdits={onEdits}
          onShowTurn={pane.onShowTurn}
          fromNumber={pane.fromNumber}
          runFrom={runFrom}
          onDecide={pane.onDecide}
          onSettle={pane.onSettle}
          onStopRun={pane.onStopRun}
          onCitation={pane.onCitation}
          onClose={onClose}
        />
      </Suspense>
    </Side>
  );
}
