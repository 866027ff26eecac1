"use client";
/** Markdown that loads when first needed; until then the same text stands plain in its place, so that little moves. */
import { lazy, Suspense } from "react";
import { cn } from "./cn";
import type { MarkdownProps } from "./Markdown";

const Markdown = lazy(() => import("./Markdown"));

export function RichText(props: MarkdownProps) {
  return (
    <Suspense fallback={<div className={cn("prose-reply whitespace-pre-wrap")}>{props.text}</div>}>
      <Markdown {...props} />
    </Suspense>
  );
}
