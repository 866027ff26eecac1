"use client";
/** Adding a step by hand: every node type by category, searchable, with what it does in a line. */
import { Search } from "lucide-react";
import { useId, useMemo, useRef, useState } from "react";
import type { Catalogue, Category, NodeTypeInfo } from "@/model/catalogue";
import { cn } from "@/ui/cn";
import { Dialog } from "@/ui/Dialog";
import { Tile } from "@/ui/Tile";

const TRIGGERS = "Starts a run";
const CATEGORIES: [Category, string][] = [
  ["trigger", TRIGGERS],
  ["ai", "Language"],
  ["knowledge", "Documents"],
  ["web", "Web"],
  ["data", "Data"],
  ["control", "Flow"],
  ["message", "Messages"],
  ["human", "People"],
  ["note", "Notes"],
];

interface Props {
  open: boolean;
  catalogue: Catalogue;
  /** "after Search handbook" */
  where: string;
  /** What starts a run cannot come after something. */
  withTriggers: boolean;
  onPick: (type: NodeTypeInfo) => void;
  onClose: () => void;
}

export function Palette({ open, catalogue, where, withTriggers, onPick, onClose }: Props) {
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const groups = useMemo(
    () => grouped(catalogue, query).filter((group) => withTriggers || group.title !== TRIGGERS),
    [catalogue, query, withTriggers],
  );
  const flat = groups.flatMap((group) => group.types);
  const close = () => {
    setQuery("");
    setActive(0);
    onClose();
  };
  const pick = (type: NodeTypeInfo | undefined) => {
    if (!type) return;
    close();
    onPick(type);
  };
  const move = (step: number) => {
    const next = Math.min(flat.length - 1, Math.max(0, active + step));
    setActive(next);
    list.current?.querySelector(`[data-index="${next}"]`)?.scrollIntoView({ block: "nearest" });
  };
  return (
    <Dialog open={open} onClose={close} title={`Add a step ${where}`.trim()} titleHidden width="md">
      <div className="flex h-12 flex-none items-center gap-2.5 border-b border-line px-4">
        <Search size={16} strokeWidth={1.75} aria-hidden="true" className="flex-none text-3" />
        <input
          autoFocus
          value={query}
          placeholder={`Add a step ${where}`.trim()}
          aria-label="Search steps"
          role="combobox"
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={flat[active] ? `${id}-${active}` : undefined}
          onChange={(event) => {
            setQuery(event.target.value);
            setActive(0);
          }}
          onKeyDown={(event) => {
            if (event.key === "ArrowDown") move(1);
            else if (event.key === "ArrowUp") move(-1);
            else if (event.key === "Enter") pick(flat[active]);
            else return;
            event.preventDefault();
          }}
          className="min-w-0 flex-1 bg-transparent text-lg outline-none max-tab:text-xl"
        />
      </div>
      <div ref={list} id={id} role="listbox" aria-label="Steps" className="min-h-0 flex-1 overflow-y-auto p-2">
        {flat.length === 0 && <p className="p-3 text-md text-3">No step is called that. Try what it should do.</p>}
        {groups.map((group) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of a listbox is not a fieldset
          <div key={group.title} role="group" aria-label={group.title}>
            <p className="px-2 pt-2 pb-1 text-xs font-medium text-3">{group.title}</p>
            {group.types.map((type) => {
              const index = flat.indexOf(type);
              return (
                <button
                  key={type.type}
                  type="button"
                  role="option"
                  id={`${id}-${index}`}
                  data-index={index}
                  aria-selected={index === active}
                  tabIndex={-1}
                  onClick={() => pick(type)}
                  onPointerMove={() => setActive(index)}
                  className={cn(
                    "flex w-full items-center gap-3 rounded-md px-2 py-1.5 text-left",
                    index === active && "bg-hover",
                  )}
                >
                  <Tile icon={type.icon} category={type.category} size="sm" />
                  <span className="min-w-0 flex-1">
                    <span className="block truncate text-md font-medium">{type.title}</span>
                    <span className="block truncate text-sm text-2">{type.description}</span>
                  </span>
                  {!type.runnable && <span className="flex-none text-xs text-3">Drawn only</span>}
                </button>
              );
            })}
          </div>
        ))}
      </div>
    </Dialog>
  );
}

function grouped(catalogue: Catalogue, query: string): { title: string; types: NodeTypeInfo[] }[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (type: NodeTypeInfo) => {
    const text = `${type.title} ${type.type} ${type.description} ${type.category}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return CATEGORIES.flatMap(([category, title]) => {
    const types = [...catalogue.values()].filter((type) => type.category === category && fits(type));
    return types.length > 0 ? [{ title, types }] : [];
  });
}
