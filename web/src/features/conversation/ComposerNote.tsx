"use client";
/** What stands above the composer: a lost connection, why the last message was not taken, or that the next one branches off. */
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";

export interface Refusal {
  code: string;
  text: string;
  /** A way to have it all the same. */
  anyway?: { label: string; act: () => void };
}

interface NoteProps {
  refusal: Refusal | null;
  /** Milliseconds until the next try to reconnect. */
  waiting: number | null;
  /** The number of the shown earlier turn (0: it has none); null: the newest is shown. */
  branchesAfter: number | null;
  onReload: () => void;
  onLatest: () => void;
}

export function ComposerNote({ refusal, waiting, branchesAfter, onReload, onLatest }: NoteProps) {
  if (waiting !== null) {
    return (
      <Notice kind="offline" className="mb-2" title="Connection lost.">
        Trying again in {Math.ceil(waiting / 1000)} s. The reply goes on without this window.
      </Notice>
    );
  }
  if (refusal) {
    const moved = refusal.code === "chat_moved_on" || refusal.code === "diagram_moved_on";
    return (
      <Notice
        className="mb-2"
        title={refusal.code === "depended_on" ? "Not undone." : "Not sent."}
        action={
          moved ? (
            <Button variant="plain" size="xs" onClick={onReload}>
              Load newest
            </Button>
          ) : (
            refusal.anyway && (
              <Button variant="plain" size="xs" onClick={refusal.anyway.act}>
                {refusal.anyway.label}
              </Button>
            )
          )
        }
      >
        {refusal.text}
      </Notice>
    );
  }
  if (branchesAfter === null) return null;
  return (
    <p className="flex items-center gap-2 pb-2 text-sm leading-5 text-3">
      <span className="min-w-0 flex-1">
        {branchesAfter > 0
          ? `A message here branches off after turn ${branchesAfter}.`
          : "A message here branches off."}
      </span>
      <button type="button" onClick={onLatest} className="font-medium text-accent hover:underline">
        Go to latest
      </button>
    </p>
  );
}
