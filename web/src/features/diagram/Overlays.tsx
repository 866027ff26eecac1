"use client";
/** Words over the canvas: why an edit was refused, that nothing is drawn yet, that a diagram loads, whose preview this is. */
import { type Boxes, bounds } from "@/model/layout";
import { Button } from "@/ui/Button";
import { LoadingBars } from "@/ui/Loading";
import { Notice } from "@/ui/Notice";
import { fitted, type Pane } from "./view";

export function Refused({ message, onClose }: { message: string; onClose: () => void }) {
  return (
    <div className="absolute bottom-16 left-1/2 z-20 w-[min(420px,calc(100%-40px))] -translate-x-1/2 shadow-float">
      <Notice
        title="Refused:"
        action={
          <Button variant="plain" size="xs" onClick={onClose}>
            Close
          </Button>
        }
      >
        {message}
      </Notice>
    </div>
  );
}

/** `onAdd` begins the diagram by hand; null: not now. */
export function NothingYet({ onAdd }: { onAdd: (() => void) | null }) {
  return (
    <div className="pointer-events-none absolute inset-0 grid animate-[parley-fade_180ms_300ms_both] place-content-center justify-items-center gap-4 p-8 text-center text-md text-pretty text-3">
      <p>The workflow is drawn here as you describe it.</p>
      {onAdd && (
        <Button variant="line" size="sm" onClick={onAdd} className="pointer-events-auto">
          Add a step
        </Button>
      )}
    </div>
  );
}

export function DiagramLoading() {
  return (
    <div className="absolute inset-0 grid place-items-center">
      <LoadingBars
        label="The diagram is loading"
        widths={[100, 100, 100]}
        className="w-46 gap-9 [&>span]:h-14 [&>span]:rounded-lg"
      />
    </div>
  );
}

export function PreviewNote({ note, boxes, pane }: { note: string | undefined; boxes: Boxes; pane: Pane | null }) {
  return (
    <p
      style={{ top: noteTop(boxes, pane) }}
      className="pointer-events-none absolute inset-x-0 px-6 text-center text-md text-3"
    >
      {note}
    </p>
  );
}

/** Below the example's diagram, as it was fitted into the pane. */
function noteTop(boxes: Boxes, pane: Pane | null): number | undefined {
  const all = bounds(boxes.values());
  if (!all || !pane) return undefined;
  const view = fitted(all, pane, false);
  return Math.min(pane.height - 36, view.y + (all.y + all.h) * view.zoom + 36);
}
