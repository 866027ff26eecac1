"use client";
/** The frame of a page beside the workspace: a bar with the way back, and content in one column. */
import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { messageOf } from "@/api/errors";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { useSignedIn } from "./use-signed-in";

interface Props {
  title: string;
  children: ReactNode;
}

export function SubPage({ title, children }: Props) {
  const { user, error, retry } = useSignedIn();
  return (
    <div className="flex h-full flex-col bg-surface">
      <header className="flex h-12 flex-none items-center gap-2 border-b border-line px-3">
        <Link
          href="/"
          prefetch={false}
          aria-label="Back to chats"
          title="Back to chats"
          className="grid size-8 place-items-center rounded-md text-2 hover:bg-hover hover:text-1 max-tab:size-11"
        >
          <ArrowLeft size={16} strokeWidth={1.75} aria-hidden="true" />
        </Link>
        <h1 className="min-w-0 truncate font-semibold">{title}</h1>
      </header>
      <main className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto max-w-[880px] px-5 py-6 max-tab:px-4">
          {user
            ? children
            : error != null && (
                <Notice
                  title="The page could not be loaded."
                  action={
                    <Button variant="plain" size="xs" onClick={retry}>
                      Try again
                    </Button>
                  }
                >
                  {messageOf(error)}
                </Notice>
              )}
        </div>
      </main>
    </div>
  );
}
