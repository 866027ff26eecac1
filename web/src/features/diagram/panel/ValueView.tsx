"use client";
import { useState } from "react";
/** A step's input or output, readable: fields one below the other, long texts folded, passages and citations by document and page. */
import type { Citation } from "@/model/citation";
import { number } from "@/model/format";
import type { JsonValue } from "@/model/workflow";
import { cn } from "@/ui/cn";

interface Props {
  value: JsonValue;
  onCitation: (citation: Citation) => void;
}

type JsonRecord = { [key: string]: JsonValue };

export function isRecord(value: JsonValue | undefined): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function ValueView({ value, onCitation }: Props) {
  if (!isRecord(value)) return <Value value={value} onCitation={onCitation} citations={[]} depth={0} />;
  const citations = citationsIn(value);
  const entries = Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
  if (entries.length === 0) return <p className="text-3">Empty</p>;
  return (
    <dl className="grid grid-cols-[minmax(56px,auto)_minmax(0,1fr)] gap-2">
      {entries.map(([key, item]) => (
        <Entry key={key} name={key} value={item} citations={citations} onCitation={onCitation} depth={0} />
      ))}
    </dl>
  );
}

interface EntryProps {
  name: string;
  value: JsonValue;
  citations: readonly Citation[];
  onCitation: (citation: Citation) => void;
  depth: number;
}

function Entry({ name, value, citations, onCitation, depth }: EntryProps) {
  const wide = Array.isArray(value) && value.some(isRecord);
  return (
    <>
      <dt className={cn("max-w-24 truncate text-3", wide && "col-span-2 max-w-none")} title={name}>
        {name.replaceAll("_", " ")}
      </dt>
      <dd className={cn("min-w-0 text-1 [overflow-wrap:anywhere]", wide && "col-span-2")}>
        <Value value={value} citations={citations} onCitation={onCitation} depth={depth} />
      </dd>
    </>
  );
}

function Value({ value, citations, onCitation, depth }: Omit<EntryProps, "name">) {
  if (value === null) return <span className="text-3">none</span>;
  if (typeof value === "string") return <Text text={value} citations={citations} onCitation={onCitation} />;
  if (typeof value === "number") return <span className="num">{Number.isInteger(value) ? number(value) : value}</span>;
  if (typeof value === "boolean") return <span>{String(value)}</span>;
  if (isUsage(value)) return <span className="num">{usageText(value)}</span>;
  if (depth > 2)
    return <pre className="max-h-48 overflow-auto font-mono text-xs">{JSON.stringify(value, null, 2)}</pre>;
  if (Array.isArray(value)) return <List items={value} citations={citations} onCitation={onCitation} depth={depth} />;
  return (
    <dl className="grid grid-cols-[minmax(40px,auto)_minmax(0,1fr)] gap-x-2 gap-y-1">
      {Object.entries(value).map(([key, item]) => (
        <Entry key={key} name={key} value={item} citations={citations} onCitation={onCitation} depth={depth + 1} />
      ))}
    </dl>
  );
}

const FIRST_ITEMS = 5;

function List({ items, citations, onCitation, depth }: Omit<EntryProps, "name" | "value"> & { items: JsonValue[] }) {
  const [all, setAll] = useState(false);
  if (items.length === 0) return <span className="text-3">none</span>;
  const shown = all ? items : items.slice(0, FIRST_ITEMS);
  return (
    <ul className="grid gap-1.5">
      {shown.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: recorded values do not change
        <li key={index} className="min-w-0">
          {isPassage(item) ? (
            <Passage passage={item} onCitation={onCitation} />
          ) : (
            <Value value={item} citations={citations} onCitation={onCitation} depth={depth + 1} />
          )}
        </li>
      ))}
      {items.length > shown.length && (
        <li>
          <MoreButton onClick={() => setAll(true)}>Show all {number(items.length)}</MoreButton>
        </li>
      )}
    </ul>
  );
}

/** Longer texts are folded at about this many characters. */
const FOLD_AT = 600;

function Text({
  text,
  citations,
  onCitation,
}: {
  text: string;
  citations: readonly Citation[];
  onCitation: (citation: Citation) => void;
}) {
  const [open, setOpen] = useState(false);
  if (text === "") return <span className="text-3">empty</span>;
  const shown = open || text.length <= FOLD_AT ? text : `${text.slice(0, FOLD_AT - 60).trimEnd()} …`;
  const parts = citations.length > 0 ? shown.split(/(\[\d+\])/) : [shown];
  return (
    <>
      <span className="whitespace-pre-wrap text-pretty">
        {parts.map((part, index) => {
          const citation = citations.find((other) => part === `[${other.marker}]`);
          return citation ? (
            <Cite key={`${part}${index.toString()}`} citation={citation} onCitation={onCitation} />
          ) : (
            part
          );
        })}
      </span>
      {shown !== text && <MoreButton onClick={() => setOpen(true)}>Show all</MoreButton>}
    </>
  );
}

function MoreButton({ onClick, children }: { onClick: () => void; children: React.ReactNode }) {
  return (
    <button type="button" onClick={onClick} className="block font-medium text-accent">
      {children}
    </button>
  );
}

export function Cite({ citation, onCitation }: { citation: Citation; onCitation: (citation: Citation) => void }) {
  const where = `${citation.document ?? "Document"}, page ${citation.page}`;
  return (
    <button
      type="button"
      title={where}
      aria-label={`Source ${citation.marker ?? ""}: ${where}`}
      onClick={() => onCitation(citation)}
      className="mx-px inline-grid h-4 min-w-4 place-items-center rounded-sm bg-accent-tint px-1 align-[1px] text-xs leading-4 font-medium text-accent"
    >
      {citation.marker ?? "?"}
    </button>
  );
}

interface PassageData extends JsonRecord {
  document_id: string;
  page: number;
  start: number;
  end: number;
}

function isPassage(value: JsonValue): value is PassageData {
  return (
    isRecord(value) &&
    typeof value.document_id === "string" &&
    typeof value.page === "number" &&
    typeof value.start === "number"
  );
}

/** A passage found, or a citation: it opens the page it stands on. */
function Passage({ passage, onCitation }: { passage: PassageData; onCitation: (citation: Citation) => void }) {
  const citation: Citation = {
    marker: typeof passage.marker === "number" ? passage.marker : undefined,
    chunk_id: String(passage.chunk_id ?? passage.id ?? ""),
    document_id: passage.document_id,
    document: typeof passage.document === "string" ? passage.document : undefined,
    page: passage.page,
    start: passage.start,
    end: typeof passage.end === "number" ? passage.end : passage.start,
  };
  const text = typeof passage.text === "string" ? passage.text : null;
  return (
    <button
      type="button"
      onClick={() => onCitation(citation)}
      className="block w-full rounded-md border border-line px-2 py-1.5 text-left hover:bg-hover"
    >
      <span className="num block truncate font-medium text-accent">
        {citation.marker !== undefined && `${citation.marker} · `}
        {citation.document ?? "Document"}, page {citation.page}
      </span>
      {text && <span className="mt-0.5 line-clamp-3 text-2">{text}</span>}
    </button>
  );
}

function citationsIn(value: JsonRecord): Citation[] {
  const list = value.citations;
  if (!Array.isArray(list)) return [];
  return list.flatMap((item) =>
    isPassage(item) && typeof item.marker === "number" ? [item as unknown as Citation] : [],
  );
}

function isUsage(value: JsonValue): value is { model: string; input_tokens: number; output_tokens: number } {
  return isRecord(value) && typeof value.input_tokens === "number" && typeof value.output_tokens === "number";
}

export function usageText(usage: { model: string; input_tokens: number; output_tokens: number }): string {
  if (usage.model === "built-in") return "0 tokens, built-in";
  return `${number(usage.input_tokens)} in, ${number(usage.output_tokens)} out, ${usage.model}`;
}
