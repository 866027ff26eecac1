"use client";
/** The knowledge page: collections on the left, the documents of one and a search to try on the right. */
import { lazy, Suspense, useState } from "react";
import { messageOf } from "@/api/errors";
import { type Passage, useCollections } from "@/api/knowledge";
import { Button } from "@/ui/Button";
import { LoadingBars } from "@/ui/Loading";
import { Notice } from "@/ui/Notice";
import { Collections } from "./Collections";
import { Documents } from "./Documents";
import type { OpenPage } from "./PageDialog";
import { TrySearch } from "./TrySearch";

const PageDialog = lazy(() => import("./PageDialog"));

interface Props {
  /** The collection asked for in the address. */
  collection: string | null;
  onPick: (name: string) => void;
}

export function KnowledgePage({ collection, onPick }: Props) {
  const list = useCollections();
  const [open, setOpen] = useState<OpenPage | null>(null);
  const collections = list.data?.items ?? [];
  const current = collections.find((each) => each.name === collection)?.name ?? collections[0]?.name ?? null;
  const openPassage = (passage: Passage) =>
    setOpen({
      documentId: passage.document_id,
      name: passage.document,
      page: passage.page,
      mark: { start: passage.start, end: passage.end },
    });

  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-8 tab:grid-cols-[240px_minmax(0,1fr)]">
      <div>
        {list.isPending ? (
          <LoadingBars label="Loading collections" />
        ) : list.isError ? (
          <Notice
            title="The collections could not be loaded."
            action={
              <Button variant="plain" size="xs" onClick={() => void list.refetch()}>
                Try again
              </Button>
            }
          >
            {messageOf(list.error)}
          </Notice>
        ) : (
          <Collections collections={collections} current={current} onPick={onPick} />
        )}
      </div>
      <div className="min-w-0">
        {current !== null ? (
          <div key={current} className="grid grid-cols-[minmax(0,1fr)] gap-8">
            <Documents
              collection={current}
              onOpen={(document) => setOpen({ documentId: document.id, name: document.name, page: 1, mark: null })}
            />
            <TrySearch collection={current} onOpen={openPassage} />
          </div>
        ) : (
          list.isSuccess && (
            <p className="max-w-96 text-pretty text-3">
              A collection holds documents that workflows search. Create one, such as handbook, then add files to it.
            </p>
          )
        )}
      </div>
      {open && (
        <Suspense fallback={null}>
          <PageDialog open={open} onClose={() => setOpen(null)} />
        </Suspense>
      )}
    </div>
  );
}
