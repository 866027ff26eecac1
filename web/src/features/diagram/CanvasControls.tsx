"use client";
/** Zoom, fit and tidy at the lower left; the overview at the lower right from eight nodes on. */
import { MiniMap, useReactFlow, useStore } from "@xyflow/react";
import { Maximize, Minus, Network, Plus } from "lucide-react";
import { IconButton } from "@/ui/Button";
import type { CardNode } from "./scene";
import { MIN_ZOOM } from "./view";

export const OVERVIEW_FROM = 8;

interface Props {
  onFit: () => void;
  /** Null: hand editing is off. */
  onTidy: (() => void) | null;
}

export function CanvasControls({ onFit, onTidy }: Props) {
  const flow = useReactFlow();
  const zoom = useStore((state) => state.transform[2]);
  const icon = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;
  return (
    <div className="absolute bottom-5 left-5 z-10 flex h-[34px] items-center rounded-lg border border-line bg-surface shadow-card max-tab:hidden">
      <IconButton label="Zoom out" disabled={zoom <= MIN_ZOOM} onClick={() => flow.zoomOut({ duration: 100 })}>
        <Minus {...icon} />
      </IconButton>
      <button
        type="button"
        title="Zoom to 100 %"
        aria-label={`Zoom ${Math.round(zoom * 100)} %. Set to 100 %`}
        onClick={() => flow.zoomTo(1, { duration: 100 })}
        className="num w-11 text-center text-xs text-2"
      >
        {Math.round(zoom * 100)} %
      </button>
      <IconButton label="Zoom in" disabled={zoom >= 2} onClick={() => flow.zoomIn({ duration: 100 })}>
        <Plus {...icon} />
      </IconButton>
      <IconButton label="Fit the diagram" onClick={onFit}>
        <Maximize {...icon} />
      </IconButton>
      {onTidy && (
        <IconButton label="Tidy the layout" onClick={onTidy}>
          <Network {...icon} />
        </IconButton>
      )}
    </div>
  );
}

function colour(node: CardNode): string {
  if (node.data.selected) return "var(--accent)";
  return node.type === "loop" ? "transparent" : "var(--line-strong)";
}

export function Overview({ right }: { right: number }) {
  return (
    <MiniMap<CardNode>
      pannable
      ariaLabel="Overview"
      nodeColor={colour}
      nodeStrokeColor={(node) => (node.type === "loop" ? "var(--line-strong)" : "transparent")}
      nodeStrokeWidth={6}
      nodeBorderRadius={12}
      maskColor="transparent"
      maskStrokeColor="var(--text-3)"
      maskStrokeWidth={1}
      bgColor="var(--surface)"
      style={{ width: 96, height: 96, right: right + 20, bottom: 20, margin: 0 }}
      className="overflow-hidden rounded-lg border border-line bg-surface shadow-card"
    />
  );
}
