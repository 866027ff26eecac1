/** A key, as one reads it on the keyboard. */
import type { ReactNode } from "react";

export function Kbd({ children }: { children: ReactNode }) {
  return <kbd className="whitespace-nowrap font-sans text-xs font-medium text-3">{children}</kbd>;
}
