"use client";
/** Tries a question on a collection: the passages a workflow would find, each with its page. */
import { Search } from "lucide-react";
import { type FormEvent, useState } from "react";
import { messageOf } from "@/api/errors";
import { type Passage, usePassages } from "@/api/knowledge";
import { Button } from "@/ui/Button";
import { Field, TextInput } from "@/ui/Field";
import { LoadingBars } from "@/ui/Loading";
import { Notice } from "@/ui/Notice";

export function TrySearch({ collection, onOpen }: { collection: string; onOpen: (passage: Passage) => void }) {
  const [text, setText] = useState("");
  const [asked, setAsked] = useState("");
  const passages = usePassages(collection, asked);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(text);
  };
  return (
    <section aria-label="Try a search">
      <form onSubmit={onSubmit}>
        <Field label="Try a question">
          {(ids) => (
            <div className="flex gap-2">
              <TextInput
                {...ids}
                type="search"
                className="[&::-webkit-search-cancel-button]:hidden"
                value={text}
                placeholder="Do unused days carry over?"
                onChange={(event) => setText(event.target.value)}
              />
              <Button
                type="submit"
                disabled={text.trim() === ""}
                title={text.trim() === "" ? "Write a question" : undefined}
              >
                <Search size={16} strokeWidth={1.75} aria-hidden="true" />
                Search
              </Button>
            </div>
          )}
        </Field>
      </form>
      {passages.isLoading && <LoadingBars label="Searching" className="mt-4" />}
      {passages.isError && (
        <Notice className="mt-3" title="The search failed.">
          {messageOf(passages.error)}
        </Notice>
      )}
      {passages.isSuccess && passages.data.items.length === 0 && (
        <p role="status" className="mt-3 text-3">
          Nothing found for “{asked.trim()}”.
        </p>
      )}
      {passages.isSuccess && passages.data.items.length > 0 && (
        <ol aria-label="Passages" className="mt-3 grid gap-2">
          {passages.data.items.map((passage: Passage) => (
            <li key={passage.id}>
              <button
                type="button"
                onClick={() => onOpen(passage)}
                className="block w-full rounded-lg border border-line px-3 py-2 text-left hover:bg-hover"
              >
                <span className="line-clamp-3 text-pretty [overflow-wrap:anywhere]">{passage.text}</span>
                <span className="num mt-1 block truncate text-sm text-3">
                  {passage.document}, page {passage.page}
                </span>
              </button>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
