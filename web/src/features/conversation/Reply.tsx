"use client";
/** What Parley answered: text, edits, a question with its choices, suggestions, and how it ended if not well. */
import { Check, Copy, RefreshCw } from "lucide-react";
import type { ReactNode } from "react";
import type { Message } from "@/model/message";
import { Button, IconButton } from "@/ui/Button";
import { Chip } from "@/ui/Chip";
import { Notice } from "@/ui/Notice";
import { RichText } from "@/ui/RichText";
import { AnsweredBy } from "./AnsweredBy";
import { EditList } from "./EditList";
import { Siblings } from "./Siblings";
import { useCopy } from "./use-copy";

export interface ReplyActs {
  /** Ids of the nodes in the diagram by label: their names in a reply can be clicked. */
  nodes: ReadonlyMap<string, string>;
  onNode: (nodeId: string) => void;
  onUndo: ((message: Message, seqs: number[] | null) => void) | null;
  /** Null while a reply streams. */
  onSay: ((text: string) => void) | null;
  /** `planner` is "auto", "builtin" or a model's name; without it, whoever the composer names. */
  onAgain: ((message: Message, planner?: string) => void) | null;
  onSwitch: (siblingId: string) => void;
  /** The first model that is set up; null: none. */
  model: string | null;
}

interface Props extends ReplyActs {
  message: Message;
  /** What it answers: not suggested once more. */
  asked: string;
  /** Only the newest reply offers choices and suggestions. */
  isNewest: boolean;
  children?: ReactNode;
}

export function Reply({
  message,
  asked,
  isNewest,
  nodes,
  model,
  onNode,
  onUndo,
  onSay,
  onAgain,
  onSwitch,
  children,
}: Props) {
  const streaming = message.status === "streaming";
  const nodeOf = (name: string) => {
    const change = message.changes.find((each) => each.title === name);
    if (!change && !nodes.has(name)) return null;
    const id = nodes.get(name);
    return { act: id === undefined ? null : () => onNode(id) };
  };
  const suggestions = message.suggestions.filter((text) => text !== asked.trim()).slice(0, 3);
  return (
    <div className="group/reply">
      {(message.content !== "" || streaming) && (
        <div aria-live={isNewest ? "polite" : undefined} aria-busy={streaming}>
          <RichText text={message.content} streaming={streaming} onName={nodeOf} />
        </div>
      )}
      <EditList message={message} onNode={onNode} onUndo={onUndo} />
      {message.question && (
        <Asked question={message.question} said={message.content} onSay={isNewest && !streaming ? onSay : null} />
      )}
      <Ending message={message} onAgain={onAgain} />
      {children}
      {isNewest && onSay && suggestions.length > 0 && !message.question?.choices.length && (
        <fieldset className="mt-3.5 flex flex-wrap gap-1.5" aria-label="Suggestions">
          {suggestions.map((text) => (
            <Chip key={text} onClick={() => onSay(text)}>
              {text}
            </Chip>
          ))}
        </fieldset>
      )}
      {!streaming && <Foot message={message} model={model} onAgain={onAgain} onSwitch={onSwitch} />}
    </div>
  );
}

function Asked({
  question,
  said,
  onSay,
}: {
  question: NonNullable<Message["question"]>;
  said: string;
  onSay: ((text: string) => void) | null;
}) {
  // The built-in planner ends its reply with the question; it is not said twice.
  const alone = !said.includes(question.text);
  if (!alone && (onSay === null || question.choices.length === 0)) return null;
  return (
    <div className="mt-3.5">
      {alone && <p className="text-pretty text-lg">{question.text}</p>}
      {onSay && question.choices.length > 0 && (
        <fieldset className={alone ? "mt-2 flex flex-wrap gap-1.5" : "flex flex-wrap gap-1.5"} aria-label="Choices">
          {question.choices.map((choice) => (
            <Chip key={choice} onClick={() => onSay(choice)}>
              {choice}
            </Chip>
          ))}
        </fieldset>
      )}
    </div>
  );
}

function kept(message: Message): string {
  const count = message.changes.length;
  if (count === 0) return "";
  return count === 1 ? "The change made so far is kept." : `The ${count} changes made so far are kept.`;
}

function Ending({ message, onAgain }: { message: Message; onAgain: Props["onAgain"] }) {
  const again = onAgain && (
    <Button variant="plain" size="xs" onClick={() => onAgain(message)}>
      Try again
    </Button>
  );
  switch (message.status) {
    case "streaming":
    case "done":
      return null;
    case "stopped":
      return (
        <Notice kind="info" className="mt-3.5" title="You stopped the reply." action={again}>
          {kept(message)}
        </Notice>
      );
    case "interrupted":
      return (
        <Notice className="mt-3.5" title="The reply was cut off." action={again}>
          The server stopped while it was being written. {kept(message)}
        </Notice>
      );
    case "failed":
      return (
        <Notice className="mt-3.5" title="The reply stopped." action={again}>
          {message.error?.message ?? ""} {kept(message)}
        </Notice>
      );
  }
}

function Foot({ message, model, onAgain, onSwitch }: Pick<Props, "message" | "model" | "onAgain" | "onSwitch">) {
  const { copied, copy } = useCopy();
  return (
    <div className="-ml-1.5 mt-1 flex h-6 items-center pointer-coarse:h-9">
      <span className="flex opacity-0 focus-within:opacity-100 group-hover/reply:opacity-100 pointer-coarse:opacity-100">
        <IconButton label={copied ? "Copied" : "Copy reply"} size="xs" onClick={() => copy(message.content)}>
          {copied ? <Check size={14} aria-hidden="true" /> : <Copy size={14} strokeWidth={1.75} aria-hidden="true" />}
        </IconButton>
        {onAgain && (
          <IconButton label="Answer again" size="xs" onClick={() => onAgain(message)}>
            <RefreshCw size={14} strokeWidth={1.75} aria-hidden="true" />
          </IconButton>
        )}
      </span>
      <Siblings message={message} what="the reply" onSwitch={onSwitch} />
      <AnsweredBy message={message} model={model} onAsk={onAgain} />
    </div>
  );
}
