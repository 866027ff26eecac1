/** A node type's icon on its category's tint: the only place where category hues appear. */
import { cn } from "./cn";
import { nodeIcon } from "./node-icons";

const SIZES = {
  md: "size-8 rounded-md [&>svg]:size-4",
  sm: "size-6 rounded-[5px] [&>svg]:size-3.5",
  xs: "size-5 rounded-sm [&>svg]:size-3",
};

interface Props {
  icon: string;
  category: string;
  size?: "md" | "sm" | "xs";
  className?: string;
}

export function Tile({ icon, category, size = "md", className }: Props) {
  const Icon = nodeIcon(icon);
  return (
    <span
      aria-hidden="true"
      data-cat={category}
      className={cn(
        "grid flex-none place-items-center bg-(--ct,var(--surface-inset)) text-(--c,var(--text-2))",
        SIZES[size],
        className,
      )}
    >
      <Icon strokeWidth={size === "xs" ? 2 : 1.75} />
    </span>
  );
}
