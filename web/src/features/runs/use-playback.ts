"use client";
/** Time that runs while a replay plays, at its speed, from where one left it. Stops at the end. */
import { useCallback, useEffect, useRef, useState } from "react";

export type Speed = "0.5" | "1" | "4";

export interface Playback {
  playing: boolean;
  speed: Speed;
  setSpeed: (speed: Speed) => void;
  toggle: () => void;
  pause: () => void;
}

export function usePlayback(at: number, length: number, onAt: (at: number) => void): Playback {
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<Speed>("1");
  const now = useRef(at);
  now.current = at;
  const report = useRef(onAt);
  report.current = onAt;

  useEffect(() => {
    if (!playing) return;
    let last = performance.now();
    let frame = requestAnimationFrame(function tick(time) {
      const next = Math.min(length, now.current + (time - last) * Number(speed));
      last = time;
      now.current = next;
      report.current(next);
      if (next >= length) setPlaying(false);
      else frame = requestAnimationFrame(tick);
    });
    return () => cancelAnimationFrame(frame);
  }, [playing, speed, length]);

  const toggle = useCallback(() => {
    if (!playing && now.current >= length) report.current(0);
    setPlaying(!playing);
  }, [playing, length]);
  const pause = useCallback(() => setPlaying(false), []);
  return { playing, speed, setSpeed, toggle, pause };
}
