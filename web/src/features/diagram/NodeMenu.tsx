"use client";
/** The menu of the right mouse button (or a long press): what can be done with the node, the edge or the canvas under it. */
import {
  cloneElement,
  lazy,
  type MouseEvent,
  type PointerEvent,
  type ReactElement,
  Suspense,
  useRef,
  useState,
} from "react";

export interface MenuEntry {
  label: string;
  hint?: string;
  onSelect: () => void;
}

interface Opening {
  onContextMenu?: (event: MouseEvent) => void;
  onPointerDown?: (event: PointerEvent) => void;
  onPointerMove?: (event: PointerEvent) => void;
  onPointerUp?: () => void;
  onPointerCancel?: () => void;
}

interface Props {
  entries: readonly MenuEntry[];
  onOpenAt: (target: EventTarget) => void;
  children: ReactElement<Opening>;
}

const PointMenu = lazy(() => import("./PointMenu"));

const LONG_PRESS_MS = 600;
const STILL_PX = 8;

export function NodeMenu({ entries, onOpenAt, children }: Props) {
  const [at, setAt] = useState<{ x: number; y: number } | null>(null);
  const press = useRef<{ x: number; y: number; timer: ReturnType<typeof setTimeout> } | null>(null);
  const openAt = (target: EventTarget, x: number, y: number) => {
    onOpenAt(target);
    setAt({ x, y });
  };
  const letGo = () => {
    if (press.current) clearTimeout(press.current.timer);
    press.current = null;
  };
  return (
    <>
      {cloneElement(children, {
        onContextMenu: (event) => {
          event.preventDefault();
          letGo();
          openAt(event.target, event.clientX, event.clientY);
        },
        // Not every browser makes a context menu of a long press.
        onPointerDown: ({ pointerType, target, clientX: x, clientY: y }) => {
          if (pointerType !== "touch") return;
          letGo();
          press.current = { x, y, timer: setTimeout(() => openAt(target, x, y), LONG_PRESS_MS) };
        },
        onPointerMove: (event) => {
          const from = press.current;
          if (from && Math.hypot(event.clientX - from.x, event.clientY - from.y) > STILL_PX) letGo();
        },
        onPointerUp: letGo,
        onPointerCancel: letGo,
      })}
      {at && entries.length > 0 && (
        <Suspense>
          <PointMenu at={at} entries={entries} onClose={() => setAt(null)} />
        </Suspense>
      )}
    </>
  );
}
