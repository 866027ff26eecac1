"use client";
/** The chat's runs: newest first, filtered by state; the shown one with what failed in it, its result and what can be done with it. */
import { ChevronDown, X } from "lucide-react";
import type { RunStatus } from "@/model/run";
import { Button, IconButton } from "@/ui/Button";
import { cn } from "@/ui/cn";
import { LoadingBars } from "@/ui/Loading";
import { Menu, MenuChoices } from "@/ui/Menu";
import { Notice } from "@/ui/Notice";
import type { RunsPanelProps } from "./props";
import { RunActions } from "./RunActions";
import { ROW_HEIGHT, RunList } from "./RunList";
import { RunResult } from "./RunResult";
import { originText, WORDS } from "./run-words";

const FILTERS: { value: RunStatus | "all"; label: string }[] = [
  { value: "all", label: "All runs" },
  ...(["running", "waiting", "done", "failed", "cancelled"] as const).map((value) => ({ value, label: WORDS[value] })),
];

export function RunsPanel(props: RunsPanelProps) {
  const { runs, error, filter, shown, numberOf, labelOf } = props;
  return (
    <>
      <header className="flex h-12 flex-none items-center gap-1 pr-2 pl-4">
        <h3 className="min-w-0 flex-1 text-md font-semibold">Runs</h3>
        <Menu
          trigger={
            <Button variant="plain" size="xs">
              {FILTERS.find((option) => option.value === filter)?.label}
              <ChevronDown size={14} strokeWidth={1.75} aria-hidden="true" />
            </Button>
          }
        >
          <MenuChoices
            value={filter}
            onChange={(value) => props.onFilter(value as RunStatus | "all")}
            choices={FILTERS}
          />
        </Menu>
        <IconButton label="Close" size="sm" onClick={props.onClose}>
          <X size={16} strokeWidth={1.75} aria-hidden="true" />
        </IconButton>
      </header>
      <div
        className={cn("min-h-0", shown ? "max-h-[45%] flex-none" : "flex-1")}
        style={shown && runs ? { height: runs.length * ROW_HEIGHT + 12 } : undefined}
      >
        {error !== null && (
          <Notice
            title="The runs could not be loaded."
            className="mx-3"
            action={
              <Button variant="plain" size="xs" onClick={props.onRetry}>
                Try again
              </Button>
            }
          >
            {error}
          </Notice>
        )}
        {runs === null && error === null && (
          <LoadingBars label="Runs are loading" widths={[80, 60, 90, 50]} className="px-4 py-2" />
        )}
        {runs?.length === 0 && (
          <p className="px-4 py-2 text-md text-pretty text-3">
            {filter === "all" ? "Runs of this chat will be listed here, newest first." : "No run is in this state."}
          </p>
        )}
        {runs !== null && runs.length > 0 && (
          <RunList
            runs={runs}
            current={shown?.id ?? null}
            hasMore={props.hasMore}
            loadingMore={props.loadingMore}
            onMore={props.onMore}
            onPick={props.onPick}
            numberOf={numberOf}
            labelOf={labelOf}
          />
        )}
      </div>
      {shown && (
        <>
          <div className="min-h-0 flex-1 overflow-y-auto border-t border-line px-4 py-4">
            <RunResult
              run={shown}
              origin={originText(shown, numberOf, labelOf)}
              labelOf={labelOf}
              turnOf={props.turnOf}
              onStep={props.onStep}
              onCitation={props.onCitation}
            />
          </div>
          <RunActions {...props} shown={shown} />
        </>
      )}
    </>
  );
}
