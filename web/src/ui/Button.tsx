/** Buttons: one primary per view (Run), lines for acts, plain ones inside lists and bars, squares for icons. */
import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import { cn } from "./cn";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  variant?: "primary" | "line" | "plain" | "danger";
  size?: "md" | "sm" | "xs";
  ref?: Ref<HTMLButtonElement>;
}

const VARIANTS = {
  primary: "bg-accent-fill text-on-accent hover:bg-accent-fill-hover",
  line: "border border-line-strong bg-raised text-1 hover:bg-hover",
  plain: "text-2 hover:bg-hover hover:text-1",
  danger: "border border-line-strong bg-raised text-failed hover:bg-failed-tint",
};

const SIZES = {
  md: "h-8 px-3 text-md rounded-md max-tab:h-11 max-tab:px-4",
  sm: "h-7 px-2.5 text-sm rounded-md max-tab:h-9",
  xs: "h-6 px-2 text-sm rounded-sm max-tab:h-9",
};

export function Button({ variant = "line", size = "md", className, type = "button", ...rest }: ButtonProps) {
  return (
    <button
      type={type}
      className={cn(
        "inline-flex flex-none items-center justify-center gap-1.5 whitespace-nowrap font-medium transition-colors duration-(--motion-fast)",
        "disabled:opacity-45 disabled:hover:bg-transparent aria-disabled:opacity-45",
        VARIANTS[variant],
        SIZES[size],
        className,
      )}
      {...rest}
    />
  );
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** The accessible name, also shown as the tooltip. */
  label: string;
  size?: "md" | "sm" | "xs";
  children: ReactNode;
  ref?: Ref<HTMLButtonElement>;
}

const SQUARES = { md: "size-8 max-tab:size-11", sm: "size-7 max-tab:size-10", xs: "size-6 max-tab:size-9" };

export function IconButton({ label, size = "md", className, type = "button", title, ...rest }: IconButtonProps) {
  return (
    <button
      type={type}
      aria-label={label}
      title={title ?? label}
      className={cn(
        "inline-grid flex-none place-items-center rounded-md text-2 transition-colors duration-(--motion-fast)",
        "hover:bg-hover hover:text-1 disabled:opacity-35 disabled:hover:bg-transparent",
        "aria-expanded:bg-hover aria-pressed:bg-active aria-pressed:text-1",
        SQUARES[size],
        className,
      )}
      {...rest}
    />
  );
}
