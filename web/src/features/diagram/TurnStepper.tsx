"use client";
/** ‹ Turn 2 of 5 ›: walks through how the diagram was built. */
import { ChevronLeft, ChevronRight } from "lucide-react";
import { IconButton } from "@/ui/Button";
import type { DiagramTurn } from "./props";

interface Props {
  turns: readonly DiagramTurn[];
  shownId: string | null;
  onShow: (messageId: string) => void;
}

export function TurnStepper({ turns, shownId, onShow }: Props) {
  const at = turns.findIndex((turn) => turn.messageId === shownId);
  if (turns.length === 0) return null;
  // A message that changed nothing shows the diagram of the newest turn.
  const index = at === -1 ? turns.length - 1 : at;
  const earlier = turns[index - 1];
  const later = turns[index + 1];
  const icon = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;
  return (
    <nav aria-label="Turns of the diagram" className="inline-flex flex-none items-center text-sm text-2">
      <IconButton
        label="Previous turn"
        size="sm"
        disabled={!earlier}
        title={earlier ? "Previous turn" : "This is the first turn"}
        onClick={() => earlier && onShow(earlier.messageId)}
      >
        <ChevronLeft {...icon} />
      </IconButton>
      <span className="num px-1 whitespace-nowrap" aria-live="polite">
        Turn {turns[index]?.number} of {turns.at(-1)?.number}
      </span>
      <IconButton
        label="Next turn"
        size="sm"
        disabled={!later}
        title={later ? "Next turn" : "This is the newest turn"}
        onClick={() => later && onShow(later.messageId)}
      >
        <ChevronRight {...icon} />
      </IconButton>
    </nav>
  );
}
