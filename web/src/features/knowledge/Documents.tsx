"use client";
/** The documents of a collection: dropped or chosen, their progress and state, their pages. */
import { useQueryClient } from "@tanstack/react-query";
import { FileText, Trash2, Upload as UploadIcon, X } from "lucide-react";
import { type DragEvent, useMemo, useRef, useState } from "react";
import { messageOf } from "@/api/errors";
import { isWorking, type KnowledgeDocument, useCancelDocument, useDeleteDocument, useDocuments } from "@/api/knowledge";
import { Button, IconButton } from "@/ui/Button";
import { cn } from "@/ui/cn";
import { LoadingBars } from "@/ui/Loading";
import { Notice, told } from "@/ui/Notice";
import { type GlyphState, StateGlyph } from "@/ui/StateGlyph";
import { useUploads } from "./uploads";

interface Props {
  collection: string;
  onOpen: (document: KnowledgeDocument) => void;
}

const ACCEPT = ".pdf,.md,.markdown,.txt,application/pdf,text/markdown,text/plain";

export function Documents({ collection, onOpen }: Props) {
  const client = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const list = useDocuments(collection);
  const documents = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const { items, add, cancel } = useUploads();
  const here = items.filter((item) => item.collection === collection);
  const refused = here.filter((item) => item.error !== null);
  const uploads = here.filter((item) => item.error === null);
  const cancelDocument = useCancelDocument(collection);
  const remove = useDeleteDocument(collection);

  const take = (files: FileList | null) => {
    if (files) add(client, collection, [...files]);
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };

  return (
    <section aria-label={`Documents of ${collection}`}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping files is a second way; the button beside it is the first */}
      <div
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
        className={cn(
          "flex items-center gap-3 rounded-lg border border-dashed border-line-strong px-4 py-4 max-tab:flex-col max-tab:items-stretch",
          over && "border-accent bg-accent-tint",
        )}
      >
        <p className="min-w-0 flex-1 text-pretty text-2">Drop PDF, Markdown or text files here, or choose them.</p>
        <input
          ref={input}
          type="file"
          multiple
          accept={ACCEPT}
          aria-label="Files to upload"
          className="sr-only"
          tabIndex={-1}
          onChange={(event) => {
            take(event.target.files);
            event.target.value = "";
          }}
        />
        <Button onClick={() => input.current?.click()}>
          <UploadIcon size={16} strokeWidth={1.75} aria-hidden="true" />
          Choose files
        </Button>
      </div>
      {refused.length > 0 && (
        <ul aria-label="Not added" className="mt-3 grid gap-2">
          {refused.map((upload) => (
            <li key={upload.key}>
              <Notice
                {...told(upload.error ?? "")}
                action={
                  <IconButton label="Dismiss" size="xs" onClick={() => cancel(upload.key)}>
                    <X size={14} strokeWidth={1.75} aria-hidden="true" />
                  </IconButton>
                }
              />
            </li>
          ))}
        </ul>
      )}
      <ul aria-label="Documents" className="mt-3 divide-y divide-line">
        {uploads.map((upload) => (
          <li key={upload.key} className="py-2">
            <Row
              name={upload.name}
              state="running"
              text={
                upload.sent === null ? "Waits for the one before it" : `Sending, ${Math.round(upload.sent * 100)} %`
              }
              progress={upload.sent}
            >
              <Button variant="plain" size="xs" onClick={() => cancel(upload.key)}>
                Cancel
              </Button>
            </Row>
          </li>
        ))}
        {documents.map((document) => (
          <li key={document.id} className="py-2">
            <DocumentRow
              document={document}
              onOpen={() => onOpen(document)}
              onCancel={() => cancelDocument.mutate(document.id)}
              onDelete={() => remove.mutate(document.id)}
            />
          </li>
        ))}
      </ul>
      {remove.isError && <Notice title="Not deleted.">{messageOf(remove.error)}</Notice>}
      {list.isPending && <LoadingBars label="Loading documents" className="py-3" />}
      {list.isError && (
        <Notice
          title="The documents could not be loaded."
          action={
            <Button variant="plain" size="xs" onClick={() => void list.refetch()}>
              Try again
            </Button>
          }
        >
          {messageOf(list.error)}
        </Notice>
      )}
      {list.isSuccess && documents.length + here.length === 0 && (
        <p className="py-3 text-3">Nothing here yet. Documents are read page by page, and answers cite the page.</p>
      )}
      {list.hasNextPage && (
        <Button variant="plain" size="sm" onClick={() => void list.fetchNextPage()}>
          Show more
        </Button>
      )}
    </section>
  );
}

const STATES: Record<KnowledgeDocument["status"], { glyph: GlyphState; text: string }> = {
  queued: { glyph: "waiting", text: "Waits to be read" },
  parsing: { glyph: "running", text: "Reading the pages" },
  embedding: { glyph: "running", text: "Preparing for search" },
  ready: { glyph: "done", text: "Ready" },
  failed: { glyph: "failed", text: "Failed" },
  cancelled: { glyph: "skipped", text: "Cancelled" },
};

interface DocumentRowProps {
  document: KnowledgeDocument;
  onOpen: () => void;
  onCancel: () => void;
  onDelete: () => void;
}

function DocumentRow({ document, onOpen, onCancel, onDelete }: DocumentRowProps) {
  const state = STATES[document.status];
  const working = isWorking(document);
  const { parsed, embedded, pages } = document.progress;
  // Reading and preparing overlap; a page counts when it can be searched.
  const part = working && pages !== null && pages > 0 ? embedded / pages : null;
  const count = pages ?? parsed;
  const text =
    document.status === "failed" && document.error
      ? document.error.message
      : working && pages !== null
        ? `${state.text}, ${embedded} of ${pages} pages`
        : [state.text, count > 0 ? (count === 1 ? "1 page" : `${count} pages`) : null].filter(Boolean).join(", ");
  return (
    <Row
      name={document.name}
      state={state.glyph}
      text={text}
      failed={document.status === "failed"}
      progress={part}
      onOpen={document.status === "ready" ? onOpen : undefined}
    >
      {working ? (
        <Button variant="plain" size="xs" onClick={onCancel} aria-label={`Cancel ${document.name}`}>
          Cancel
        </Button>
      ) : (
        <IconButton label={`Delete ${document.name}`} size="sm" onClick={onDelete}>
          <Trash2 size={16} strokeWidth={1.75} aria-hidden="true" />
        </IconButton>
      )}
    </Row>
  );
}

interface RowProps {
  name: string;
  state: GlyphState;
  text: string;
  failed?: boolean;
  progress: number | null;
  onOpen?: () => void;
  children: React.ReactNode;
}

function Row({ name, state, text, failed = false, progress, onOpen, children }: RowProps) {
  return (
    <div className="flex items-start gap-3">
      <FileText size={16} strokeWidth={1.75} aria-hidden="true" className="mt-0.5 flex-none text-3" />
      <span className="min-w-0 flex-1">
        {onOpen ? (
          <button
            type="button"
            onClick={onOpen}
            title={name}
            className="block max-w-full truncate font-medium hover:text-accent"
          >
            {name}
          </button>
        ) : (
          <span className="block truncate font-medium" title={name}>
            {name}
          </span>
        )}
        <span className={cn("flex items-start gap-1.5 text-sm", failed ? "text-failed" : "text-2")}>
          <StateGlyph state={state} size={14} decorative className="mt-px" />
          <span className="num min-w-0 text-pretty [overflow-wrap:anywhere]">{text}</span>
        </span>
        {progress !== null && (
          <progress
            aria-label={`Progress of ${name}`}
            value={progress}
            max={1}
            className="mt-1.5 block h-1 w-full appearance-none overflow-hidden rounded-[2px] [&::-moz-progress-bar]:bg-running [&::-webkit-progress-bar]:bg-active [&::-webkit-progress-value]:bg-running"
          />
        )}
      </span>
      {children}
    </div>
  );
}
