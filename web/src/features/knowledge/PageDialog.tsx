"use client";
/** A page's text, with the cited passage marked and in view. Arrows turn the pages. */
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useState } from "react";
import { messageOf } from "@/api/errors";
import { useDocumentPage } from "@/api/knowledge";
import { unwrapped } from "@/model/page-text";
import { IconButton } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { LoadingBars } from "@/ui/Loading";

export interface OpenPage {
  documentId: string;
  /** The document's name; null: the page says it. */
  name: string | null;
  page: number;
  /** Characters to mark on that page. */
  mark: { start: number; end: number } | null;
}

interface Props {
  open: OpenPage;
  onClose: () => void;
}

export default function PageDialog({ open, onClose }: Props) {
  const [number, setNumber] = useState(open.page);
  const page = useDocumentPage(open.documentId, number);
  const pages = page.data?.pages ?? null;
  const mark = number === open.page ? open.mark : null;
  return (
    <Dialog
      open
      onClose={onClose}
      title={page.data?.document ?? open.name ?? "Document"}
      width="lg"
      footer={
        <div className="flex flex-1 items-center justify-center gap-1">
          <IconButton label="Previous page" disabled={number <= 1} onClick={() => setNumber(number - 1)}>
            <ChevronLeft size={16} strokeWidth={1.75} aria-hidden="true" />
          </IconButton>
          <span className="num min-w-24 text-center text-sm text-2">
            Page {number}
            {pages !== null && ` of ${pages}`}
          </span>
          <IconButton
            label="Next page"
            disabled={pages !== null && number >= pages}
            onClick={() => setNumber(number + 1)}
          >
            <ChevronRight size={16} strokeWidth={1.75} aria-hidden="true" />
          </IconButton>
        </div>
      }
    >
      <div className="min-h-60 overflow-y-auto border-t border-line px-5 py-4 focus-visible:-outline-offset-2">
        {page.isPending ? (
          <LoadingBars label="Loading the page" widths={[90, 84, 94, 70, 88, 60]} />
        ) : page.isError ? (
          <p role="alert" className="text-failed">
            {messageOf(page.error)}
          </p>
        ) : page.data.text.trim() === "" ? (
          <p className="text-3">This page has no text.</p>
        ) : (
          <MarkedText text={page.data.text} mark={mark} />
        )}
      </div>
    </Dialog>
  );
}

function MarkedText({ text, mark }: { text: string; mark: OpenPage["mark"] }) {
  // Spans are counted in characters as Python counts them: pairs of surrogates are one.
  const shown = unwrapped(text);
  const characters = mark === null ? null : Array.from(shown);
  return (
    <p className="whitespace-pre-wrap text-lg [overflow-wrap:anywhere]">
      {characters === null || mark === null ? (
        shown
      ) : (
        <>
          {characters.slice(0, mark.start).join("")}
          <mark data-testid="cited" ref={(element) => element?.scrollIntoView({ block: "center" })}>
            {characters.slice(mark.start, mark.end).join("")}
          </mark>
          {characters.slice(mark.end).join("")}
        </>
      )}
    </p>
  );
}
