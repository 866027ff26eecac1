"use client";
/** The rows of a conversation, only those near the screen drawn. It stays at its end while a reply grows, and where it is otherwise. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { IconButton } from "@/ui/Button";
import { LoadingBars } from "@/ui/Loading";

interface Props {
  /** Keys of the rows, oldest first; stable while rows grow and pages come in. */
  keys: string[];
  row: (index: number) => ReactNode;
  hasOlder: boolean;
  loadingOlder: boolean;
  loadOlder: () => void;
  /** Another value starts at the end again: another chat or branch. */
  place: string;
  /** Names the newest turn: when another begins, the end comes into view, wherever one was reading. */
  newest: string | null;
  /** The row to bring into view, such as a search hit's. */
  target: string | null;
}

const ESTIMATE = 220;
const NEAR_TOP = 600;
const NEAR_END = 80;

export function Thread({ keys, row, hasOlder, loadingOlder, loadOlder, place, newest, target }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const [away, setAway] = useState(false);
  const virtualizer = useVirtualizer({
    count: keys.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ESTIMATE,
    getItemKey: (index) => keys[index] ?? index,
    overscan: 4,
    paddingStart: 16,
    paddingEnd: 28,
    // Rows are held by their distance from the end: pages that come in above move nothing, a reply that grows stays in view.
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: NEAR_END,
  });

  const lastKey = keys.at(-1) ?? null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another place, a new turn and another last row begin at the end; growth does not
  useLayoutEffect(() => {
    if (target === null) virtualizer.scrollToEnd();
  }, [place, newest, lastKey]);

  const targetIndex = target === null ? -1 : keys.indexOf(target);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new target moves the view; rows that come later do not
  useEffect(() => {
    if (targetIndex >= 0 && targetIndex < keys.length - 1) virtualizer.scrollToIndex(targetIndex, { align: "start" });
  }, [target, place, targetIndex >= 0]);

  const items = virtualizer.getVirtualItems();
  const onScroll = () => {
    const element = scroller.current;
    if (!element) return;
    if (hasOlder && !loadingOlder && element.scrollTop < NEAR_TOP) loadOlder();
    setAway(element.scrollHeight - element.scrollTop - element.clientHeight > 240);
  };

  // A short page may not fill the screen: then nothing scrolls, and the next one is asked for here.
  useEffect(() => {
    const element = scroller.current;
    if (element && hasOlder && !loadingOlder && element.scrollHeight <= element.clientHeight + NEAR_TOP) loadOlder();
  }, [hasOlder, loadingOlder, loadOlder]);

  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        onScroll={onScroll}
        data-testid="thread"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        role="log"
        aria-label="Messages"
        className="h-full overflow-y-auto overflow-x-hidden overscroll-contain [overflow-anchor:none] [mask:linear-gradient(#000_calc(100%-20px),transparent)] focus-visible:-outline-offset-2"
      >
        <div className="relative w-full" style={{ height: virtualizer.getTotalSize() }}>
          {loadingOlder && (
            <LoadingBars label="Loading earlier messages" widths={[40]} className="absolute inset-x-5 top-1" />
          )}
          <div className="absolute inset-x-0 top-0" style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}>
            {items.map((item) => (
              <div
                key={item.key}
                data-index={item.index}
                ref={virtualizer.measureElement}
                className="px-5 max-tab:px-4"
              >
                {row(item.index)}
              </div>
            ))}
          </div>
        </div>
      </div>
      {away && (
        <IconButton
          label="Go to the newest message"
          onClick={() => virtualizer.scrollToEnd()}
          className="absolute bottom-3 left-1/2 -translate-x-1/2 rounded-full border border-line bg-raised shadow-float"
        >
          <ArrowDown size={16} strokeWidth={1.75} aria-hidden="true" />
        </IconButton>
      )}
    </div>
  );
}
