"use client";
/** Text of a reply or an answer: Markdown, sanitised, with node names and citation marks one can click. Loaded when first needed. */
import { memo, type ReactNode } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import rehypeSanitize from "rehype-sanitize";
import remarkGfm from "remark-gfm";
import { cn } from "./cn";
import { rehypeMarkers } from "./rehype-markers";

export interface MarkdownProps {
  text: string;
  /** A caret at the end while the text is being written. */
  streaming?: boolean;
  /** Whether emphasised text names a step, and what a click on it does (null: nothing, the step is gone). */
  onName?: (name: string) => { act: (() => void) | null } | null;
  /** What the mark [n] opens; null: it stays text. */
  onMarker?: (marker: number) => (() => void) | null;
}

const NAME = "font-medium underline decoration-line-strong decoration-1 underline-offset-[5px]";

function textOf(children: unknown): string {
  if (typeof children === "string") return children;
  return Array.isArray(children) ? children.map(textOf).join("") : "";
}

interface NameProps {
  of: ReactNode;
  otherwise: "strong" | "em";
  onName: MarkdownProps["onName"];
}

function Name({ of, otherwise: Plain, onName }: NameProps) {
  const name = onName?.(textOf(of)) ?? null;
  if (name === null) return <Plain>{of}</Plain>;
  if (name.act === null) return <span className={NAME}>{of}</span>;
  return (
    <button
      type="button"
      onClick={name.act}
      className={cn(NAME, "text-left hover:text-accent hover:decoration-accent")}
    >
      {of}
    </button>
  );
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
    strong: ({ children }) => <Name of={children} otherwise="strong" onName={onName} />,
    em: ({ children }) => <Name of={children} otherwise="em" onName={onName} />,
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
