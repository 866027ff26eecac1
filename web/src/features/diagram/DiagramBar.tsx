"use client";
/** The bar above the canvas: the workflow's name, the stepper, adding a step, runs, the menu, and Run. */
import { Ellipsis, History, Maximize, Network, Pencil, Redo2, SquarePlus, Undo2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { IconButton } from "@/ui/Button";
import { Menu, MenuItem, MenuSeparator } from "@/ui/Menu";
import type { DiagramTurn } from "./props";
import { TurnStepper } from "./TurnStepper";
import type { HandEdits } from "./use-hand-edits";

interface Props {
  name: string;
  empty: boolean;
  turns: readonly DiagramTurn[];
  shownId: string | null;
  editable: boolean;
  compact: boolean;
  hand: HandEdits;
  runButton: ReactNode;
  onShowTurn: (messageId: string) => void;
  onRename: (name: string) => void;
  /** Null: nothing can be added now. */
  onAdd: (() => void) | null;
  onRuns: () => void;
  onTidy: () => void;
  onFit: () => void;
}

const ICON = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;

export function DiagramBar(props: Props) {
  const { editable, compact, hand } = props;
  const [renaming, setRenaming] = useState(false);
  if (props.empty) {
    return (
      <header className="flex h-12 flex-none items-center border-b border-line bg-surface pr-3 pl-5 max-tab:pl-4">
        <h2 className="min-w-0 flex-1 text-md font-medium text-2">New workflow</h2>
        {props.onAdd && <AddStep onAdd={props.onAdd} />}
      </header>
    );
  }
  return (
    <header className="flex h-12 flex-none items-center gap-2 border-b border-line bg-surface pr-3 pl-5 max-tab:h-13 max-tab:pl-4">
      {renaming ? (
        <RenameField name={props.name} onDone={() => setRenaming(false)} onRename={props.onRename} />
      ) : (
        <h2
          className="min-w-0 flex-1 truncate text-md font-semibold"
          title={props.name}
          onDoubleClick={() => editable && setRenaming(true)}
        >
          {props.name || "Untitled workflow"}
        </h2>
      )}
      <TurnStepper turns={props.turns} shownId={props.shownId} onShow={props.onShowTurn} />
      {!compact && (
        <>
          {props.onAdd && <AddStep onAdd={props.onAdd} />}
          <IconButton label="Runs" onClick={props.onRuns}>
            <History {...ICON} />
          </IconButton>
        </>
      )}
      <Menu
        trigger={
          <IconButton label="Workflow menu" className="max-tab:!size-9">
            <Ellipsis {...ICON} />
          </IconButton>
        }
      >
        {compact && (
          <MenuItem icon={<History {...ICON} />} onSelect={props.onRuns}>
            Runs
          </MenuItem>
        )}
        {editable && (
          <>
            {compact && props.onAdd && (
              <MenuItem icon={<SquarePlus {...ICON} />} onSelect={props.onAdd}>
                Add a step
              </MenuItem>
            )}
            <MenuItem icon={<Pencil {...ICON} />} onSelect={() => setRenaming(true)}>
              Rename
            </MenuItem>
            <MenuItem icon={<Undo2 {...ICON} />} hint="Ctrl Z" disabled={!hand.canUndo} onSelect={hand.undo}>
              Undo
            </MenuItem>
            <MenuItem icon={<Redo2 {...ICON} />} hint="Ctrl Shift Z" disabled={!hand.canRedo} onSelect={hand.redo}>
              Redo
            </MenuItem>
            <MenuSeparator />
            <MenuItem icon={<Network {...ICON} />} onSelect={props.onTidy}>
              Tidy the layout
            </MenuItem>
          </>
        )}
        <MenuItem icon={<Maximize {...ICON} />} onSelect={props.onFit}>
          Fit the diagram
        </MenuItem>
      </Menu>
      {props.runButton}
    </header>
  );
}

function AddStep({ onAdd }: { onAdd: () => void }) {
  return (
    <IconButton label="Add a step" onClick={onAdd}>
      <SquarePlus {...ICON} />
    </IconButton>
  );
}

function RenameField({
  name,
  onDone,
  onRename,
}: {
  name: string;
  onDone: () => void;
  onRename: (name: string) => void;
}) {
  const finish = (text: string) => {
    onDone();
    if (text.trim() !== "" && text.trim() !== name) onRename(text.trim());
  };
  return (
    <input
      // biome-ignore lint/a11y/noAutofocus: it takes the place of the name that was chosen for renaming
      autoFocus
      aria-label="Name of the workflow"
      defaultValue={name}
      maxLength={200}
      onFocus={(event) => event.target.select()}
      onBlur={(event) => finish(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") finish(event.currentTarget.value);
        else if (event.key === "Escape") onDone();
      }}
      className="h-8 min-w-0 flex-1 rounded-md border border-line-strong bg-raised px-2 text-md font-semibold"
    />
  );
}
