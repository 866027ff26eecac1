"use client";
/** Which nodes have just come into the diagram: those fade in, once. Coming into sight while one pans is not coming into being. */
import { useCallback, useMemo, useRef } from "react";
import type { Boxes } from "@/model/layout";

const FRESH_MS = 250;

export function useFresh(documentKey: string, boxes: Boxes, drawing: boolean): (nodeId: string) => boolean {
  const seen = useRef<{ key: string; since: Map<string, number> }>({ key: "", since: new Map() });
  useMemo(() => {
    const opened = seen.current.key !== documentKey;
    if (opened) seen.current = { key: documentKey, since: new Map() };
    // A diagram that is opened is there at once.
    const now = opened && !drawing ? Number.NEGATIVE_INFINITY : performance.now();
    for (const id of boxes.keys()) if (!seen.current.since.has(id)) seen.current.since.set(id, now);
  }, [documentKey, boxes, drawing]);
  return useCallback(
    (nodeId) => performance.now() - (seen.current.since.get(nodeId) ?? Number.NEGATIVE_INFINITY) < FRESH_MS,
    [],
  );
}
