"use client";
/** What the operator set up, and the variable to set for what is not. Values are never shown. */
import { messageOf } from "@/api/errors";
import { useSettings } from "@/api/settings";
import type { components } from "@/contract/api.gen";
import { Button } from "@/ui/Button";
import { LoadingBars } from "@/ui/Loading";
import { Notice } from "@/ui/Notice";
import { StateGlyph } from "@/ui/StateGlyph";

type Item = components["schemas"]["ConfiguredView"];

function stateOf({ configured, detail }: Item): string {
  if (configured) return detail ?? "Set up";
  return detail === null ? "Not set up" : `By default: ${detail}`;
}

export function Configured() {
  const settings = useSettings();
  if (settings.isPending) return <LoadingBars label="Loading what is configured" widths={[80, 70, 76, 64]} />;
  if (settings.isError) {
    return (
      <Notice
        title="What is configured could not be loaded."
        action={
          <Button variant="plain" size="xs" onClick={() => void settings.refetch()}>
            Try again
          </Button>
        }
      >
        {messageOf(settings.error)}
      </Notice>
    );
  }
  return (
    <ul aria-label="What is configured" className="divide-y divide-line rounded-lg border border-line">
      {settings.data.items.map((item) => (
        <li key={item.key} className="flex items-start gap-2.5 px-3 py-2.5">
          <StateGlyph state={item.configured ? "done" : "waiting"} decorative className="mt-0.5" />
          <span className="min-w-0 flex-1">
            <span className="flex flex-wrap items-baseline gap-x-2">
              <span className="font-medium">{item.label}</span>
              <span className="text-sm text-3">{stateOf(item)}</span>
            </span>
          </span>
          <code className="mt-0.5 rounded-sm bg-inset px-1 py-px font-mono text-xs text-2 [overflow-wrap:anywhere]">
            {item.variable}
          </code>
        </li>
      ))}
    </ul>
  );
}
