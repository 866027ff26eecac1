"use client";
/** A pane that slides over from the left where there is no room beside the others. Esc or a click outside closes it. */
import * as Radix from "@radix-ui/react-dialog";
import type { ReactNode } from "react";

interface Props {
  open: boolean;
  onClose: () => void;
  label: string;
  children: ReactNode;
}

export default function SlideOver({ open, onClose, label, children }: Props) {
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-30 bg-[light-dark(rgb(20_22_26/.28),rgb(0_0_0/.5))] motion-safe:animate-[parley-fade_var(--motion-base)]" />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed inset-y-0 left-0 z-30 flex w-72 max-w-[85vw] flex-col border-r border-line bg-sunken shadow-float outline-none motion-safe:animate-[parley-slide_var(--motion-base)_var(--ease-out)]"
        >
          <Radix.Title className="sr-only">{label}</Radix.Title>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
