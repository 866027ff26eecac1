"use client";
/** The workspace's state in the address: `/?chat=&message=&run=&at=&with=&node=`. */
import { useSearchParams } from "next/navigation";
import { useCallback, useMemo } from "react";

export interface Place {
  chat: string | null;
  /** The message whose diagram is shown; null: the newest. */
  message: string | null;
  run: string | null;
  /** Milliseconds into the replay of `run`; null: the run is shown, not replayed. */
  at: number | null;
  /** The run that `run` is compared with. */
  with: string | null;
  node: string | null;
}

const KEYS = ["chat", "message", "run", "at", "with", "node"] as const;

export function readPlace(params: URLSearchParams): Place {
  const at = Number(params.get("at") ?? Number.NaN);
  return {
    chat: params.get("chat"),
    message: params.get("message"),
    run: params.get("run"),
    at: Number.isFinite(at) && at >= 0 ? at : null,
    with: params.get("with"),
    node: params.get("node"),
  };
}

export function writePlace(place: Place): string {
  const params = new URLSearchParams();
  for (const key of KEYS) {
    const value = place[key];
    if (value !== null) params.set(key, String(value));
  }
  const query = params.toString();
  return query ? `/?${query}` : "/";
}

/** Going to another chat forgets the message, run and node of the old one. */
export function movedTo(from: Place, patch: Partial<Place>): Place {
  const base =
    patch.chat !== undefined && patch.chat !== from.chat
      ? { chat: null, message: null, run: null, at: null, with: null, node: null }
      : from;
  const next = { ...base, ...patch };
  return next.run === null ? { ...next, at: null, with: null } : next;
}

export interface Navigation {
  place: Place;
  go: (patch: Partial<Place>, how?: "push" | "replace") => void;
}

export function usePlace(): Navigation {
  const params = useSearchParams();
  const place = useMemo(() => readPlace(new URLSearchParams(params)), [params]);
  // The address is read when going, not when rendering: two calls in one tick must not undo each other.
  const go = useCallback((patch: Partial<Place>, how: "push" | "replace" = "push") => {
    const now = readPlace(new URLSearchParams(window.location.search));
    const url = writePlace(movedTo(now, patch));
    if (url === window.location.pathname + window.location.search) return;
    if (how === "push") window.history.pushState(null, "", url);
    else window.history.replaceState(null, "", url);
  }, []);
  return { place, go };
}
