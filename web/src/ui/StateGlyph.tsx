/** The state of a step, run or document as a shape: never by colour alone. 14 px on a node, 16 in lists. */
import { cn } from "./cn";

export type GlyphState = "waiting" | "running" | "done" | "failed" | "skipped" | "recorded" | "in_doubt";

const NAMES: Record<GlyphState, string> = {
  waiting: "Waiting",
  running: "Running",
  done: "Done",
  failed: "Failed",
  skipped: "Not needed",
  recorded: "Recorded",
  in_doubt: "In doubt",
};

const COLOURS: Record<GlyphState, string> = {
  waiting: "text-waiting",
  running: "text-running",
  done: "text-done",
  failed: "text-failed",
  skipped: "text-skipped",
  recorded: "text-recorded",
  in_doubt: "text-missing",
};

interface Props {
  state: GlyphState;
  size?: 14 | 16;
  /** The word beside it says the state already: hide the shape from screen readers. */
  decorative?: boolean;
  /** A paused replay is still. */
  still?: boolean;
  className?: string;
}

export function StateGlyph({ state, size = 16, decorative = false, still = false, className }: Props) {
  const shape = (
    <>
      {state === "failed" ? (
        <path d="M5.5 2h5L14 5.5v5L10.500 14h-5L2 10.500v-5z" />
      ) : state === "running" ? (
        <path d="M8 2a6 6 0 1 1-5.600 3.850" />
      ) : (
        <circle cx="8" cy="8" r="6" strokeDasharray={state === "waiting" ? "1.5 2.270" : undefined} />
      )}
      {state === "done" && <path d="m5.400 8.200 1.800 1.800 3.400-3.800" />}
      {state === "failed" && <path d="M8 5v3.400M8 10.900v.01" />}
      {state === "skipped" && <path d="m4 12 8-8" />}
      {state === "recorded" && <circle cx="8" cy="8" r="2" fill="currentColor" />}
      {state === "in_doubt" && <path d="M6.300 6.300a1.800 1.800 0 1 1 1.700 2.300M8 11v.01" />}
    </>
  );
  const look = cn("block flex-none", COLOURS[state], state === "running" && !still && "spin", className);
  const draw = {
    width: size,
    height: size,
    viewBox: "0 0 16 16",
    fill: "none",
    stroke: "currentColor",
    strokeWidth: 1.5,
    strokeLinecap: "round",
    strokeLinejoin: "round",
  } as const;
  return decorative ? (
    <svg className={look} aria-hidden="true" {...draw}>
      {shape}
    </svg>
  ) : (
    <svg className={look} role="img" aria-label={NAMES[state]} {...draw}>
      {shape}
    </svg>
  );
}
