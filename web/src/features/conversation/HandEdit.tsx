"use client";
/** A change made on the canvas: one line in the conversation with its edits. */
import type { Message } from "@/model/message";
import { EditList } from "./EditList";
import { Siblings } from "./Siblings";

interface Props {
  message: Message;
  onNode: (nodeId: string) => void;
  onUndo: ((message: Message, seqs: number[] | null) => void) | null;
  onSwitch: (siblingId: string) => void;
}

export function HandEdit({ message, onNode, onUndo, onSwitch }: Props) {
  return (
    <div className="-mt-3.5">
      <EditList message={message} onNode={onNode} onUndo={onUndo} />
      {message.changes.length === 0 && <p className="mt-3.5 text-3">Moved on the canvas.</p>}
      <Siblings message={message} what="the diagram" onSwitch={onSwitch} />
    </div>
  );
}
