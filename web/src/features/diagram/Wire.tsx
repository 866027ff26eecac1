"use client";
/** An edge: a routed line, its arrow, and the name of its branch. */
import { EdgeLabelRenderer, type EdgeProps } from "@xyflow/react";
import { memo } from "react";
import { cn } from "@/ui/cn";
import { useCanvasActions } from "./canvas-actions";
import type { WireEdge } from "./scene";

export const Wire = memo(function Wire({ id, data, selectable }: EdgeProps<WireEdge>) {
  const actions = useCanvasActions();
  if (!data) return null;
  const look = cn(data.selected ? "is-selected" : `is-${data.look}`);
  const select = () => {
    if (selectable) actions.selectEdge(id);
  };
  return (
    <>
      {selectable && (
        // biome-ignore lint/a11y/noStaticElementInteractions: edges are reached by keys from their nodes; this is reach for the pointer
        <path className="wire-reach" d={data.d} onClick={select} />
      )}
      <path className={cn("wire", look)} d={data.d} />
      {data.head !== "" && <path className={cn("wire-head", look)} d={data.head} />}
      {data.label && (
        <EdgeLabelRenderer>
          <span
            className={cn("branch", `is-${data.look}`)}
            title={data.label.text}
            style={{ left: data.label.x, top: data.label.y, zIndex: data.layer + 1 }}
          >
            {data.label.text}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
});
