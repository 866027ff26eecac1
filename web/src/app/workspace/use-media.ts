"use client";
/** How much room there is: `wide` three panes, `mid` chats slide over, `phone` three tabs. Null until the browser has said. */
import { useSyncExternalStore } from "react";

export type Room = "wide" | "mid" | "phone";

const WIDE = "(min-width: 1200px)";
const PHONE = "(max-width: 767.98px)";

function subscribe(onChange: () => void): () => void {
  const queries = [WIDE, PHONE].map((query) => window.matchMedia(query));
  for (const query of queries) query.addEventListener("change", onChange);
  return () => {
    for (const query of queries) query.removeEventListener("change", onChange);
  };
}

function read(): Room {
  if (window.matchMedia(WIDE).matches) return "wide";
  return window.matchMedia(PHONE).matches ? "phone" : "mid";
}

export function useRoom(): Room | null {
  return useSyncExternalStore(subscribe, read, () => null);
}
