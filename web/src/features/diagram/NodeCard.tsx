"use client";
/** A node on the canvas: icon tile, label, and one line that is its run state, what is missing, or its config. */
import { Handle, type NodeProps, Position } from "@xyflow/react";
import { CircleAlert, RectangleEllipsis } from "lucide-react";
import { type MouseEvent, memo, useState } from "react";
import type { StepView } from "@/model/run";
import { cn } from "@/ui/cn";
import { Sign } from "@/ui/Sign";
import { StateGlyph } from "@/ui/StateGlyph";
import { Tile } from "@/ui/Tile";
import { ApproveOnNode } from "./ApproveOnNode";
import { useCanvasActions } from "./canvas-actions";
import { DoubtOnNode } from "./DoubtOnNode";
import { OpenBranches } from "./OpenBranches";
import type { CardData, CardNode } from "./scene";

export function nodeName(data: CardData): string {
  const parts = [data.node.label, data.info?.title ?? data.node.type];
  const said = data.run?.whole ?? data.run?.text ?? "";
  if (data.run) parts.push(said === "" ? data.run.state : `${data.run.state}, ${said}`);
  else if (data.issue) parts.push(data.issue.message);
  if (data.mark) parts.push(`${data.mark} in this turn`);
  return parts.join(", ");
}

/** A click by key goes on in the panel; one by the pointer leaves the focus on the diagram. */
export function intoBy(event: MouseEvent): "panel" | "view" {
  return event.detail === 0 ? "panel" : "view";
}

export const NodeCard = memo(function NodeCard({ data }: NodeProps<CardNode>) {
  const actions = useCanvasActions();
  const { node, info, run } = data;
  const [fresh] = useState(() => actions.isFresh(node.id));
  if (info && !info.runs) return <NoteCard data={data} />;
  return (
    <>
      <button
        type="button"
        data-node={node.id}
        data-run={run?.state}
        tabIndex={data.ghost ? -1 : data.tabStop ? 0 : -1}
        aria-label={nodeName(data)}
        aria-pressed={data.selected}
        disabled={data.ghost}
        onClick={(event) => actions.open(node.id, intoBy(event))}
        onFocus={() => actions.focused(node.id)}
        className={cn(
          "node",
          data.selected && "is-selected",
          data.ghost && "is-ghost",
          data.dashed && "is-dashed",
          fresh && data.mark === "added" && "is-new",
        )}
      >
        {data.mark && <Sign kind={data.mark} badge className="node-badge" />}
        <Tile icon={info?.icon ?? ""} category={info?.category ?? "control"} className="node-tile" />
        <span className="node-text">
          <span className="node-label block truncate" title={node.label}>
            {node.label}
          </span>
          <SecondLine data={data} />
        </span>
      </button>
      <Ports data={data} />
      {!(run?.asks && !data.still) && <OpenBranches data={data} />}
      {run?.asks && !data.still && <Question step={run.asks} label={node.label} selected={data.selected} />}
    </>
  );
});

/** A new step to ask about is asked anew. */
function Question({ step, label, selected }: { step: StepView; label: string; selected: boolean }) {
  const key = `${step.path}#${step.attempt}`;
  if (step.status !== "in_doubt") return <ApproveOnNode key={key} step={step} label={label} />;
  // The panel of the selected step asks the same.
  return selected ? null : <DoubtOnNode key={key} step={step} label={label} />;
}

export function SecondLine({ data }: { data: CardData }) {
  const { run, issue } = data;
  if (run) {
    return (
      <span className="node-line">
        <StateGlyph state={run.state} size={14} still={data.still} decorative />
        <span className="truncate num" title={run.whole ?? run.text}>
          {run.text}
        </span>
      </span>
    );
  }
  if (issue && issue.level !== "warning") {
    const missing = issue.level === "missing";
    const Icon = missing ? RectangleEllipsis : CircleAlert;
    return (
      <span className={cn("node-line", missing ? "is-missing" : "is-error")}>
        <Icon size={14} strokeWidth={1.75} aria-hidden="true" className="flex-none" />
        <span className="truncate" title={issue.message}>
          {shortIssue(data)}
        </span>
      </span>
    );
  }
  return (
    <span className="node-line">
      <span className={cn("truncate", data.summaryIsCode && "is-code")} title={data.summary}>
        {data.summary || data.info?.title}
      </span>
    </span>
  );
}

/** "No recipient": the field's title, since a card has room for two words. */
function shortIssue({ issue, info }: CardData): string {
  if (!issue) return "";
  const field = issue.field ? info?.config_schema.properties?.[issue.field]?.title : undefined;
  return issue.level === "missing" && field ? `No ${field.toLowerCase()}` : issue.message;
}

export function Ports({ data }: { data: CardData }) {
  if (!data.takesEdges) return null;
  const down = data.direction === "down";
  return (
    <>
      {!data.info?.is_trigger && (
        <Handle
          type="target"
          id="in"
          position={down ? Position.Top : Position.Left}
          isConnectable={data.connectable}
          isConnectableStart={false}
          className={cn(data.connectable && "connectable")}
        />
      )}
      {data.ports.map((port) => (
        <Handle
          key={port.name}
          type="source"
          id={`out:${port.name}`}
          position={down ? Position.Bottom : Position.Right}
          isConnectable={data.connectable}
          isConnectableEnd={false}
          title={port.name === "" ? "Drag to connect" : `Drag to connect: ${port.name}`}
          style={down ? { left: port.at } : { top: port.at }}
          className={cn(data.connectable && "connectable")}
        />
      ))}
    </>
  );
}

function NoteCard({ data }: { data: CardData }) {
  const actions = useCanvasActions();
  const text = data.node.config.text;
  return (
    <button
      type="button"
      data-node={data.node.id}
      tabIndex={data.tabStop ? 0 : -1}
      onClick={(event) => actions.open(data.node.id, intoBy(event))}
      onFocus={() => actions.focused(data.node.id)}
      aria-label={`Note: ${data.node.label}`}
      className={cn("node is-note", data.selected && "is-selected", data.ghost && "is-ghost")}
    >
      {data.mark && <Sign kind={data.mark} badge className="node-badge" />}
      <span className="line-clamp-2">{typeof text === "string" && text !== "" ? text : data.node.label}</span>
    </button>
  );
}
