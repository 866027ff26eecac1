"use client";
/** Text of a reply or an answer: Markdown, sanitised, with node names and citation marks one can click. Loaded when first needed. */
import { memo } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import rehypeSanitize from "rehype-sanitize";
import remarkGfm from "remark-gfm";
import { cn } from "./cn";
import { rehypeMarkers } from "./rehype-markers";

export interface MarkdownProps {
  text: string;
  /** A caret at the end while the text is being written. */
  streaming?: boolean;
  /** What strong text that names a node does; null: it is only strong. */
  onName?: (name: string) => (() => void) | null;
  /** What the mark [n] opens; null: it stays text. */
  onMarker?: (marker: number) => (() => void) | null;
}

const NAME = "border-b border-line-strong font-medium";

function textOf(children: unknown): string {
  if (typeof children === "string") return children;
  return Array.isArray(children) ? children.map(textOf).join("") : "";
}

function componentsOf({ onName, onMarker }: Pick<MarkdownProps, "onName" | "onMarker">): Components {
  return {
    a: ({ href, children }) => (
      <a href={href} target="_blank" rel="noreferrer noopener" className="text-accent underline underline-offset-2">
        {children}
      </a>
    ),
    // An address in a picture would be fetched by drawing it: only its words are shown.
    img: ({ alt }) => <span className="text-2">{alt}</span>,
    strong: ({ children }) => {
      const act = onName?.(textOf(children)) ?? null;
      if (!act) return <strong>{children}</strong>;
      return (
        <button type="button" onClick={act} className={cn(NAME, "hover:border-accent hover:text-accent")}>
          {children}
        </button>
      );
    },
    // Sanitised text holds no buttons: this one is a mark that `rehypeMarkers` made.
    button: ({ children }) => {
      const marker = Number(textOf(children));
      const act = onMarker?.(marker) ?? null;
      if (!act) return <>[{children}]</>;
      return (
        <button
          type="button"
          onClick={act}
          aria-label={`Citation ${marker}: open the page`}
          className="mx-px inline-grid h-4 min-w-4 place-items-center rounded-sm bg-accent-tint px-1 align-[1px] text-xs font-medium text-accent hover:bg-accent-fill hover:text-on-accent"
        >
          {children}
        </button>
      );
    },
  };
}

function Markdown({ text, streaming = false, onName, onMarker }: MarkdownProps) {
  return (
    <div className={cn("prose-reply", streaming && "is-streaming")}>
      <ReactMarkdown
        remarkPlugins={[remarkGfm]}
        rehypePlugins={onMarker ? [rehypeSanitize, rehypeMarkers] : [rehypeSanitize]}
        components={componentsOf({ onName, onMarker })}
      >
        {text}
      </ReactMarkdown>
    </div>
  );
}

export default memo(Markdown);
