"use client";
/** A dialog, and on the phone a sheet: focus stays inside, Esc closes, what opened it gets the focus back. */
import * as Radix from "@radix-ui/react-dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { IconButton } from "./Button";
import { cn } from "./cn";
import { FLOATING } from "./floating";

interface Props {
  open: boolean;
  onClose: () => void;
  title: string;
  /** The title is read out but not shown (a search palette). */
  titleHidden?: boolean;
  description?: string;
  width?: "sm" | "md" | "lg" | "xl";
  children: ReactNode;
  footer?: ReactNode;
}

const WIDTHS = {
  sm: "tab:w-[400px]",
  md: "tab:w-[560px]",
  lg: "tab:w-[760px]",
  xl: "tab:w-[min(1120px,calc(100vw-48px))]",
};

export function Dialog({ open, onClose, title, titleHidden, description, width = "md", children, footer }: Props) {
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-[light-dark(rgb(20_22_26/.28),rgb(0_0_0/.5))] motion-safe:animate-[parley-fade_var(--motion-base)]" />
        <Radix.Content
          aria-describedby={description ? undefined : ""}
          className={cn(
            FLOATING,
            "fixed z-50 flex flex-col outline-none",
            "tab:left-1/2 tab:top-[12vh] tab:max-h-[76vh] tab:-translate-x-1/2 tab:rounded-xl",
            "max-tab:inset-x-0 max-tab:bottom-0 max-tab:max-h-[90dvh] max-tab:rounded-t-2xl",
            WIDTHS[width],
          )}
        >
          <div className={titleHidden ? "sr-only" : "flex h-12 flex-none items-center gap-2 pr-2 pl-5"}>
            <Radix.Title className="min-w-0 flex-1 truncate text-lg font-semibold">{title}</Radix.Title>
            {!titleHidden && (
              <Radix.Close asChild>
                <IconButton label="Close">
                  <X size={16} strokeWidth={1.75} aria-hidden="true" />
                </IconButton>
              </Radix.Close>
            )}
          </div>
          {description && (
            <Radix.Description className="px-5 pb-3 text-pretty text-md text-2">{description}</Radix.Description>
          )}
          {children}
          {footer && (
            <div className="flex flex-none items-center justify-end gap-2 border-t border-line px-5 py-3">{footer}</div>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
