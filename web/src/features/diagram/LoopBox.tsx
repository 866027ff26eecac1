"use client";
/** A loop: a container with a header, its body drawn inside by the canvas. */
import type { NodeProps } from "@xyflow/react";
import { memo, useState } from "react";
import { cn } from "@/ui/cn";
import { nodeIcon } from "@/ui/node-icons";
import { Sign } from "@/ui/Sign";
import { StateGlyph } from "@/ui/StateGlyph";
import { useCanvasActions } from "./canvas-actions";
import { intoBy, nodeName, Ports } from "./NodeCard";
import { OpenBranches } from "./OpenBranches";
import type { CardNode } from "./scene";

export const LoopBox = memo(function LoopBox({ data }: NodeProps<CardNode>) {
  const actions = useCanvasActions();
  const { node, info, run, issue } = data;
  const [fresh] = useState(() => actions.isFresh(node.id));
  const Icon = nodeIcon(info?.icon ?? "repeat");
  const open = issue && issue.level !== "warning" ? issue : null;
  const line = run ? run.text : open ? open.message : data.summary;
  return (
    <>
      <section
        data-run={run?.state}
        className={cn(
          "loop",
          data.selected && "is-selected",
          data.ghost && "is-ghost",
          data.dashed && "is-dashed",
          data.direction === "right" && "is-sideways",
          fresh && data.mark === "added" && "is-new",
        )}
        aria-label={node.label}
      >
        {data.mark && <Sign kind={data.mark} badge className="node-badge" />}
        <header>
          <button
            type="button"
            data-node={node.id}
            tabIndex={data.ghost ? -1 : data.tabStop ? 0 : -1}
            aria-label={nodeName(data)}
            aria-pressed={data.selected}
            disabled={data.ghost}
            onClick={(event) => actions.open(node.id, intoBy(event))}
            onFocus={() => actions.focused(node.id)}
            className="flex min-h-0 min-w-0 flex-1 items-center gap-2 text-left outline-offset-4"
          >
            <Icon size={16} strokeWidth={1.75} aria-hidden="true" className="flex-none text-2" />
            <span className="node-label min-w-0 flex-1 truncate" title={node.label}>
              {node.label}
            </span>
            <span
              className={cn(
                "node-line num max-w-1/2 truncate !leading-[18px]",
                !run && open?.level === "missing" && "is-missing",
                !run && open?.level === "error" && "is-error",
              )}
              title={run?.whole ?? line}
            >
              {run?.state === "skipped" ? "" : line}
            </span>
            {run && <StateGlyph state={run.state} size={16} still={data.still} decorative />}
          </button>
        </header>
      </section>
      <Ports data={data} />
      <OpenBranches data={data} />
    </>
  );
});
