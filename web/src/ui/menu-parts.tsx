"use client";
/** The menu itself, loaded when the first one is opened; `Menu` is what others use. */
import * as Radix from "@radix-ui/react-dropdown-menu";
import { Check } from "lucide-react";
import { cn } from "./cn";
import { FLOATING } from "./floating";
import type { MenuChoicesProps, MenuItemProps, MenuParts, MenuProps } from "./Menu";

const ITEM =
  "flex h-8 cursor-default select-none items-center gap-2 rounded-md px-2 text-md text-1 outline-none data-highlighted:bg-hover data-disabled:text-3 max-tab:h-11";

function Root({ trigger, children, align = "end", side = "bottom" }: MenuProps) {
  return (
    <Radix.Root modal={false} defaultOpen>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className={cn(FLOATING, "min-w-44 max-w-80 p-1")}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Item({ onSelect, icon, danger, disabled, hint, children }: MenuItemProps) {
  return (
    <Radix.Item onSelect={onSelect} disabled={disabled} className={cn(ITEM, danger && "text-failed")}>
      {icon}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {hint !== undefined && <span className="text-xs text-3">{hint}</span>}
    </Radix.Item>
  );
}

function Choices({ value, onChange, choices }: MenuChoicesProps) {
  return (
    <Radix.RadioGroup value={value} onValueChange={onChange}>
      {choices.map((choice) => (
        <Radix.RadioItem
          key={choice.value}
          value={choice.value}
          disabled={choice.disabled}
          className={cn(ITEM, "h-auto min-h-8 py-1.5")}
        >
          <span className="grid size-4 flex-none place-items-center">
            <Radix.ItemIndicator>
              <Check size={14} strokeWidth={2} aria-hidden="true" />
            </Radix.ItemIndicator>
          </span>
          <span className="min-w-0">
            <span className="block">{choice.label}</span>
            {choice.detail && <span className="block text-pretty text-sm text-3">{choice.detail}</span>}
          </span>
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}

function Separator() {
  return <Radix.Separator className="my-1 h-px bg-line" />;
}

export const PARTS: MenuParts = { Root, Item, Choices, Separator };
