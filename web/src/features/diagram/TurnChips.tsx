"use client";
/** Above the canvas: what the shown turn changed, with an eye for its marks, and how many fields are left to fill. */
import { Eye, EyeOff, RectangleEllipsis } from "lucide-react";
import type { WorkflowDiff } from "@/model/diff";
import { IconButton } from "@/ui/Button";

const FLOAT = "absolute top-3 z-10 flex h-8 items-center rounded-lg border border-line bg-surface text-sm shadow-card";

interface TurnChipProps {
  number: number;
  diff: WorkflowDiff;
  marks: boolean;
  onMarks: (shown: boolean) => void;
}

export function TurnChip({ number, diff, marks, onMarks }: TurnChipProps) {
  const Icon = marks ? Eye : EyeOff;
  return (
    <fieldset
      className={`${FLOAT} left-5 gap-2.5 pr-1 pl-3 text-2 max-tab:left-3`}
      aria-label={`Changes of turn ${number}`}
    >
      <span className="num whitespace-nowrap">Turn {number}</span>
      <Count value={diff.added} sign="+" word="added" className="text-added" />
      <Count value={diff.changed} sign="~" word="changed" className="text-changed" />
      <Count value={diff.removed} sign="−" word="removed" className="text-removed" />
      <IconButton
        label={marks ? "Hide the marks" : "Show the marks"}
        size="xs"
        onClick={() => onMarks(!marks)}
        className="max-tab:!size-7"
      >
        <Icon size={14} strokeWidth={1.75} aria-hidden="true" />
      </IconButton>
    </fieldset>
  );
}

function Count({ value, sign, word, className }: { value: number; sign: string; word: string; className: string }) {
  if (value === 0) return null;
  return (
    <span className={`num font-medium ${className}`} title={`${value} ${word}`}>
      <span aria-hidden="true">
        {sign}
        {value}
      </span>
      <span className="sr-only">
        {value} {word}
      </span>
    </span>
  );
}

interface MissingChipProps {
  count: number;
  right: number;
  onOpen: () => void;
}

export function MissingChip({ count, right, onOpen }: MissingChipProps) {
  return (
    <button
      type="button"
      onClick={onOpen}
      style={{ right: right + 20 }}
      className={`${FLOAT} gap-1.5 pr-3 pl-2.5 whitespace-nowrap text-missing hover:bg-hover max-tab:!right-3`}
    >
      <RectangleEllipsis size={14} strokeWidth={1.75} aria-hidden="true" />
      <span className="num">
        {count} {count === 1 ? "field" : "fields"} to fill
      </span>
    </button>
  );
}
