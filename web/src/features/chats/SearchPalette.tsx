"use client";
/** Search over everything said and drawn: arrows walk the hits, Enter opens the turn. */
import { FileText, MessageSquare, MessagesSquare, Search, Workflow } from "lucide-react";
import { type KeyboardEvent, useDeferredValue, useEffect, useState } from "react";
import { messageOf } from "@/api/errors";
import { type Hit, useSearch } from "@/api/search";
import { shortTime } from "@/model/dates";
import { cn } from "@/ui/cn";
import { Dialog } from "@/ui/Dialog";
import { LoadingBars } from "@/ui/Loading";

interface Props {
  onClose: () => void;
  onPick: (chatId: string, messageId: string | null) => void;
}

export default function SearchPalette({ onClose, onPick }: Props) {
  const [query, setQuery] = useState("");
  const settled = useSettled(query);
  const search = useSearch(settled);
  const [at, setAt] = useState(0);
  const hits = useDeferredValue(settled.trim() === "" ? [] : (search.data?.items ?? []));

  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && hits.length > 0) {
      event.preventDefault();
      setAt((now) => (now + step + hits.length) % hits.length);
    }
    const hit = hits[at];
    if (event.key === "Enter" && hit && !event.nativeEvent.isComposing) onPick(hit.chat_id, hit.message_id);
  };

  return (
    <Dialog open onClose={onClose} title="Search" titleHidden width="md">
      <div className="flex h-12 flex-none items-center gap-2.5 border-b border-line px-4">
        <Search size={16} strokeWidth={1.75} aria-hidden="true" className="text-3" />
        <input
          type="search"
          role="combobox"
          aria-expanded={hits.length > 0}
          aria-controls="search-hits"
          aria-activedescendant={hits[at] ? `hit-${at}` : undefined}
          aria-label="Search chats, messages and steps"
          placeholder="Search chats, messages and steps"
          autoFocus
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
          className="h-full min-w-0 flex-1 bg-transparent text-lg outline-none max-tab:text-xl [&::-webkit-search-cancel-button]:hidden"
        />
      </div>
      <div className="min-h-28 overflow-y-auto p-2">
        {settled.trim() === "" ? (
          <p className="px-2 py-3 text-3">Find what was said or drawn, in any chat.</p>
        ) : search.isError ? (
          <p role="alert" className="px-2 py-3 text-failed">
            {messageOf(search.error)}
          </p>
        ) : search.isPending ? (
          <LoadingBars label="Searching" widths={[64, 82, 48]} className="px-2 py-3" />
        ) : hits.length === 0 ? (
          <p role="status" className="px-2 py-3 text-3">
            Nothing found for “{settled.trim()}”.
          </p>
        ) : (
          <div role="listbox" id="search-hits" aria-label="Hits">
            {hits.map((hit, index) => (
              <HitRow
                key={`${hit.chat_id} ${hit.message_id} ${hit.kind}`}
                hit={hit}
                id={`hit-${index}`}
                active={index === at}
                onHover={() => setAt(index)}
                onPick={() => onPick(hit.chat_id, hit.message_id)}
              />
            ))}
          </div>
        )}
      </div>
    </Dialog>
  );
}

const ICONS = { title: MessagesSquare, message: MessageSquare, diagram: Workflow, node: Workflow };

interface HitRowProps {
  hit: Hit;
  id: string;
  active: boolean;
  onHover: () => void;
  onPick: () => void;
}

function HitRow({ hit, id, active, onHover, onPick }: HitRowProps) {
  const Icon = ICONS[hit.kind as keyof typeof ICONS] ?? FileText;
  return (
    <div
      id={id}
      role="option"
      aria-selected={active}
      tabIndex={-1}
      onMouseMove={onHover}
      onClick={onPick}
      onKeyDown={(event) => event.key === "Enter" && onPick()}
      ref={(element) => {
        if (active) element?.scrollIntoView({ block: "nearest" });
      }}
      className={cn("flex gap-2.5 rounded-md px-2 py-2", active && "bg-hover")}
    >
      <Icon size={16} strokeWidth={1.75} aria-hidden="true" className="mt-0.5 flex-none text-3" />
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <span className="min-w-0 flex-1 truncate font-medium">{hit.chat_title || "New chat"}</span>
          <time dateTime={hit.at} className="num flex-none text-xs text-3">
            {shortTime(new Date(hit.at), new Date())}
          </time>
        </span>
        {hit.kind !== "title" && (
          <span className="line-clamp-2 text-sm text-2 [overflow-wrap:anywhere]">
            {plain(hit.snippet.slice(0, hit.start))}
            <mark>{hit.snippet.slice(hit.start, hit.end)}</mark>
            {plain(hit.snippet.slice(hit.end))}
          </span>
        )}
      </span>
    </div>
  );
}

/** Replies are Markdown, and a snippet of one may begin or end within its marks. */
function plain(markdown: string): string {
  return markdown.replace(/[*`]+/g, "");
}

const TYPING_MS = 120;

/** The text once typing pauses: each keystroke is not a question to the server. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
