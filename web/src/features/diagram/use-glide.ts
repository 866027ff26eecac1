"use client";
/** True for as long as nodes take to reach new places: only then do they move smoothly, so that dragging does not lag. */
import { useLayoutEffect, useRef, useState } from "react";
import type { Boxes } from "@/model/layout";

const GLIDE_MS = 300;

export function useGlide(boxes: Boxes | null, dragging: boolean): boolean {
  const [gliding, setGliding] = useState(false);
  const before = useRef<Boxes | null>(null);
  useLayoutEffect(() => {
    const old = before.current;
    before.current = boxes;
    if (!boxes || !old || old === boxes || dragging) return;
    const moves = [...boxes].some(([id, box]) => {
      const was = old.get(id);
      return was !== undefined && (was.x !== box.x || was.y !== box.y);
    });
    if (!moves) return;
    setGliding(true);
    const timer = setTimeout(() => setGliding(false), GLIDE_MS);
    return () => {
      clearTimeout(timer);
      setGliding(false);
    };
  }, [boxes, dragging]);
  return gliding;
}
