"use client";
/** What a turn changed, one line per thing: sign, name, what happened, and Undo. Refused changes say why. */
import { Undo2, X } from "lucide-react";
import type { Change, Message } from "@/model/message";
import { Button } from "@/ui/Button";
import { Sign } from "@/ui/Sign";

interface Props {
  message: Message;
  onNode: (nodeId: string) => void;
  /** Null: nothing can be undone now (a reply streams). */
  onUndo: ((message: Message, seqs: number[] | null) => void) | null;
}

export function EditList({ message, onNode, onUndo }: Props) {
  const { changes, rejected } = message;
  if (changes.length + rejected.length === 0) return null;
  const canUndo = onUndo !== null && message.status !== "streaming";
  return (
    <div className="mt-3.5 overflow-hidden rounded-lg border border-line">
      {changes.length > 1 && (
        <div className="flex h-8 items-center border-b border-line pr-1 pl-3 text-sm text-3">
          <span className="num flex-1">{changes.length} changes</span>
          {canUndo && (
            <Button variant="plain" size="xs" onClick={() => onUndo(message, null)}>
              Undo all
            </Button>
          )}
        </div>
      )}
      <ul aria-label="Changes">
        {changes.map((change) => (
          <ChangeLine
            key={`${change.sign} ${change.node_id} ${change.seqs[0]}`}
            change={change}
            onNode={onNode}
            onUndo={canUndo ? () => onUndo(message, change.seqs) : null}
          />
        ))}
        {rejected.map((refusal, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: refusals are only ever appended
          <li key={index} className="flex min-h-8 items-start gap-2.5 py-1.5 pr-3 pl-2">
            <span className="grid size-[18px] flex-none place-items-center text-failed">
              <X size={12} strokeWidth={1.75} aria-hidden="true" />
            </span>
            <span className="min-w-0 text-2">
              <b className="font-medium text-1">Refused:</b> {refusal.reason}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function ChangeLine({
  change,
  onNode,
  onUndo,
}: {
  change: Change;
  onNode: (nodeId: string) => void;
  onUndo: (() => void) | null;
}) {
  const { node_id: nodeId, sign } = change;
  const title = sign === "changed" && change.detail !== "" ? `${change.title}:` : change.title;
  const whole = [title, change.detail].filter(Boolean).join(" ");
  return (
    <li className="group relative flex h-8 items-center gap-2.5 pr-2 pl-2 focus-within:bg-hover hover:bg-hover max-tab:h-11">
      <Sign kind={sign} />
      <span className="min-w-0 flex-1 truncate" title={whole}>
        {nodeId !== null && sign !== "removed" ? (
          <button type="button" className="font-medium hover:text-accent" onClick={() => onNode(nodeId)}>
            {title}
          </button>
        ) : (
          <span className="font-medium">{title}</span>
        )}{" "}
        <span className="text-3">{change.detail}</span>
      </span>
      {onUndo && (
        <Button
          variant="plain"
          size="xs"
          onClick={onUndo}
          aria-label={`Undo: ${whole}`}
          className="absolute right-1 bg-hover opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:static pointer-coarse:bg-transparent pointer-coarse:opacity-100"
        >
          <Undo2 size={14} strokeWidth={1.75} aria-hidden="true" />
          Undo
        </Button>
      )}
    </li>
  );
}
