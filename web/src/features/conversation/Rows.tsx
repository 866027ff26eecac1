"use client";
/** The rows of the branch on the screen, and the line that later ones fold into. */
import type { Row } from "@/model/conversation";
import { ConversationRow, type RowActs } from "./ConversationRow";
import { LaterTurns } from "./LaterTurns";
import type { ConversationPaneProps } from "./props";
import { Thread } from "./Thread";

interface Props extends ConversationPaneProps, RowActs {
  visible: Row[];
  /** How many rows are folded away. */
  later: number;
  onUnfold: () => void;
  /** The turn that the diagram on the right comes from. */
  drawnBy: string | null;
  /** Key of the row to bring into view. */
  target: string | null;
}

export default function Rows({ visible, later, onUnfold, target, ...props }: Props) {
  const { branch, chatId } = props;
  const draw = (index: number) => {
    const row = visible[index];
    if (!row) return <LaterTurns count={later} onUnfold={onUnfold} />;
    return <ConversationRow {...props} row={row} isNewest={later === 0 && index === visible.length - 1} />;
  };
  return (
    <Thread
      keys={visible.map((row) => row.key).concat(later > 0 ? ["later"] : [])}
      row={draw}
      hasOlder={branch.hasOlder}
      loadingOlder={branch.loadingOlder}
      loadOlder={branch.loadOlder}
      place={`${chatId} ${branch.place}`}
      newest={branch.messages.findLast((message) => message.role === "user")?.id ?? null}
      target={target}
    />
  );
}
