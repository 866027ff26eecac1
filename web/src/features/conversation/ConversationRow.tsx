"use client";
/** One row of the conversation: a turn or a hand edit, with the runs started from it. */
import { messageOfRow, type Row } from "@/model/conversation";
import type { Message } from "@/model/message";
import { HandEdit } from "./HandEdit";
import type { ConversationPaneProps } from "./props";
import { Reply } from "./Reply";
import { RunCard } from "./RunCard";
import { TurnMark } from "./TurnMark";
import { UserMessage } from "./UserMessage";

/** What can be done with a row; null while a reply streams. */
export interface RowActs {
  onEdit: ((message: Message, content: string) => Promise<boolean>) | null;
  /** `planner` is "auto", "builtin" or a model's name; without it, whoever the composer names. */
  onAgain: ((message: Message, planner?: string) => void) | null;
  onUndo: ((message: Message, seqs: number[] | null) => void) | null;
  onSay: ((text: string) => void) | null;
  onSwitch: (siblingId: string) => void;
  model: string | null;
}

interface RowProps extends ConversationPaneProps, RowActs {
  row: Row;
  isNewest: boolean;
  drawnBy: string | null;
}

export function ConversationRow({ row, isNewest, drawnBy, branch, runs, ...acts }: RowProps) {
  const drawn = messageOfRow(row);
  const number = drawn ? branch.numbers.get(drawn.id) : undefined;
  const at = row.kind === "edit" ? row.message.created_at : (row.user ?? row.reply)?.created_at;
  const name = number !== undefined ? `Turn ${number}` : drawn?.status === "done" ? "Question" : "Turn";
  const state =
    drawn === null || drawn.status === "streaming"
      ? null
      : number === undefined
        ? "unchanged"
        : drawn.id === drawnBy
          ? "shown"
          : "other";
  const cards = (drawn ? (runs.get(drawn.id) ?? []) : []).map((run) => (
    <RunCard
      key={run.id}
      run={run}
      onSeen={acts.onRunSeen}
      onOpen={acts.onOpenRun}
      onReplay={acts.onReplay}
      onStep={acts.onStep}
      onCitation={acts.onCitation}
    />
  ));
  return (
    <article aria-label={name}>
      <TurnMark
        name={row.kind === "edit" && number !== undefined ? `Turn ${number}, by hand` : name}
        at={at ?? ""}
        diagram={state}
        onShow={() => drawn && acts.onDraw(drawn.id)}
      />
      {row.kind === "edit" ? (
        <>
          <HandEdit message={row.message} onNode={acts.onNode} onUndo={acts.onUndo} onSwitch={acts.onSwitch} />
          {cards}
        </>
      ) : (
        <>
          {row.user && <UserMessage message={row.user} onEdit={acts.onEdit} onSwitch={acts.onSwitch} />}
          {row.reply && (
            <Reply
              message={row.reply}
              asked={row.user?.content ?? ""}
              isNewest={isNewest}
              nodes={acts.nodes}
              model={acts.model}
              onNode={acts.onNode}
              onUndo={acts.onUndo}
              onSay={acts.onSay}
              onAgain={acts.onAgain}
              onSwitch={acts.onSwitch}
            >
              {cards}
            </Reply>
          )}
        </>
      )}
    </article>
  );
}
