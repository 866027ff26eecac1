"use client";
/** What can be done with the shown run: hold it or let it go on while it lives; afterwards try again, from what failed or whole, replay it, compare it. */
import { Ellipsis, GitCompare, Pause, Play, RotateCcw } from "lucide-react";
import { useState } from "react";
import { hasEnded, type RunView } from "@/model/run";
import { Button, IconButton } from "@/ui/Button";
import { Menu, MenuItem } from "@/ui/Menu";
import type { RunsPanelProps } from "./props";

type Props = Pick<
  RunsPanelProps,
  "replaying" | "movedOn" | "onReplay" | "onAgain" | "onRetryFailed" | "onCompare" | "onPause" | "onLeave"
> & { shown: RunView };

const ICON = { size: 14, strokeWidth: 1.75, "aria-hidden": true } as const;

export function RunActions(props: Props) {
  const { shown, replaying } = props;
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const act = async (doing: () => Promise<void>) => {
    setBusy(true);
    setRefused(null);
    try {
      await doing();
    } catch (reason) {
      setRefused(reason instanceof Error ? reason.message : String(reason));
    }
    setBusy(false);
  };
  const canRetry = shown.status === "failed" || shown.status === "cancelled";
  return (
    <footer className="flex-none border-t border-line px-3 py-3">
      {refused && (
        <p role="alert" className="mb-2 text-sm text-pretty text-failed">
          {refused}
        </p>
      )}
      {canRetry && !replaying && props.movedOn && (
        <p className="mb-2 text-sm text-pretty text-3">
          The diagram was changed since. Retrying runs the newest one; steps that are the same keep their result.
        </p>
      )}
      <div className="flex items-center gap-1.5">
        {replaying ? (
          <Button variant="line" size="sm" onClick={props.onLeave} className="flex-1">
            Leave the run
          </Button>
        ) : !hasEnded(shown.status) ? (
          <Living {...props} busy={busy} act={act} />
        ) : (
          <>
            {canRetry && (
              <Button
                variant="line"
                size="sm"
                disabled={busy}
                onClick={() => void act(() => props.onRetryFailed(shown))}
                title="Keeps what was done and executes the rest"
                className="flex-1"
              >
                Retry from failed
              </Button>
            )}
            {!canRetry && (
              <Button variant="line" size="sm" onClick={() => props.onReplay(shown.id)} className="flex-1">
                <RotateCcw {...ICON} />
                Replay
              </Button>
            )}
            <Button
              variant="line"
              size="sm"
              disabled={busy}
              onClick={() => void act(() => props.onAgain(shown))}
              title="Starts a new run with the same input"
              className="flex-1"
            >
              {!canRetry && <Play {...ICON} />}
              Run again
            </Button>
            <Menu
              side="top"
              align="end"
              trigger={
                <IconButton label="More about this run" size="sm">
                  <Ellipsis size={16} strokeWidth={1.75} aria-hidden="true" />
                </IconButton>
              }
            >
              {canRetry && (
                <MenuItem icon={<RotateCcw {...ICON} />} onSelect={() => props.onReplay(shown.id)}>
                  Replay
                </MenuItem>
              )}
              <MenuItem icon={<GitCompare {...ICON} />} onSelect={() => props.onCompare(shown)}>
                Compare with another run
              </MenuItem>
              <MenuItem onSelect={props.onLeave}>Leave the run</MenuItem>
            </Menu>
          </>
        )}
      </div>
    </footer>
  );
}

function Living({
  shown,
  onPause,
  onLeave,
  busy,
  act,
}: Props & { busy: boolean; act: (doing: () => Promise<void>) => Promise<void> }) {
  return (
    <>
      <Button
        variant="line"
        size="sm"
        disabled={busy}
        onClick={() => void act(() => onPause(shown))}
        title={shown.paused ? "Lets it go on" : "Begins nothing more; what is under way finishes"}
        className="flex-1"
      >
        {shown.paused ? <Play {...ICON} /> : <Pause {...ICON} />}
        {shown.paused ? "Resume" : "Pause"}
      </Button>
      <Button variant="line" size="sm" onClick={onLeave} className="flex-1">
        Leave the run
      </Button>
    </>
  );
}
