"use client";
/** A menu that opens from a button, and from its keys. Its code comes with the first opening: a page shows buttons, not menus. */
import {
  type ComponentType,
  cloneElement,
  createContext,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  useContext,
  useState,
} from "react";

export { FLOATING } from "./floating";

export interface MenuProps {
  /** A button. */
  trigger: ReactElement<TriggerProps>;
  children: ReactNode;
  align?: "start" | "end";
  side?: "top" | "bottom";
}

export interface MenuItemProps {
  onSelect: () => void;
  icon?: ReactNode;
  danger?: boolean;
  disabled?: boolean;
  hint?: ReactNode;
  children: ReactNode;
}

export interface MenuChoicesProps {
  value: string;
  onChange: (value: string) => void;
  choices: { value: string; label: string; detail?: string; disabled?: boolean }[];
}

export interface MenuParts {
  Root: ComponentType<MenuProps>;
  Item: ComponentType<MenuItemProps>;
  Choices: ComponentType<MenuChoicesProps>;
  Separator: ComponentType;
}

interface TriggerProps {
  onClick?: () => void;
  onKeyDown?: (event: KeyboardEvent) => void;
  onPointerEnter?: () => void;
  onFocus?: () => void;
  "aria-haspopup"?: "menu";
  "aria-expanded"?: boolean;
}

const Parts = createContext<MenuParts | null>(null);

const load = () => import("./menu-parts").then((module) => module.PARTS);

export function Menu(props: MenuProps) {
  const [parts, setParts] = useState<MenuParts | null>(null);
  if (parts !== null) {
    return (
      <Parts value={parts}>
        <parts.Root {...props} />
      </Parts>
    );
  }
  const open = () => void load().then((loaded) => setParts(() => loaded));
  return cloneElement(props.trigger, {
    "aria-haspopup": "menu",
    "aria-expanded": false,
    onClick: open,
    onKeyDown: (event) => {
      if (event.key !== "ArrowDown") return;
      event.preventDefault();
      open();
    },
    onPointerEnter: () => void load(),
    onFocus: () => void load(),
  });
}

export function MenuItem(props: MenuItemProps) {
  const parts = useContext(Parts);
  return parts && <parts.Item {...props} />;
}

export function MenuChoices(props: MenuChoicesProps) {
  const parts = useContext(Parts);
  return parts && <parts.Choices {...props} />;
}

export function MenuSeparator() {
  const parts = useContext(Parts);
  return parts && <parts.Separator />;
}
