"use client";
/** Three panes beside each other, chats sliding over where there is less room, three tabs on the phone. */
import { List, type LucideIcon, MessageSquare, Workflow } from "lucide-react";
import { type CSSProperties, lazy, type ReactNode, type RefObject, Suspense, useEffect, useRef, useState } from "react";
import { IconButton } from "@/ui/Button";
import { cn } from "@/ui/cn";
import { Divider } from "@/ui/Divider";
import { clampPercent, DEFAULT_SIZES, LEAST, usePaneSizes } from "./pane-sizes";
import type { Room } from "./use-media";

const SlideOver = lazy(() => import("@/ui/SlideOver"));

export type Tab = "chats" | "conversation" | "diagram";

interface Props {
  room: Room;
  tab: Tab;
  onTab: (tab: Tab) => void;
  chats: ReactNode;
  conversation: ReactNode;
  diagram: ReactNode;
  /** Whether the chats are slid over, where they slide. */
  over: boolean;
  onOver: (over: boolean) => void;
}

export function Panes(props: Props) {
  return props.room === "phone" ? <Tabs {...props} /> : <Beside {...props} />;
}

function Beside({ room, chats, conversation, diagram, over, onOver }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const sizes = usePaneSizes();
  const width = useWidth(frame);
  const [held, setHeld] = useState(false);
  const chatsBeside = room === "wide" && sizes.chatsOpen;
  const chatsPart = chatsBeside
    ? clampPercent(sizes.chats, LEAST.chats, width - LEAST.conversation - LEAST.diagram, width)
    : 0;
  const rest = (chatsPart / 100) * width;
  // Without the chats, conversation and diagram share the window as they shared the rest: 3 to 5.
  const wanted = chatsBeside ? sizes.conversation : (sizes.conversation / (100 - sizes.chats)) * 100;
  const conversationPart = clampPercent(wanted, LEAST.conversation, width - rest - LEAST.diagram, width);
  const setConversation = (percent: number) => {
    const clamped = clampPercent(percent, LEAST.conversation, width - rest - LEAST.diagram, width);
    sizes.set({ conversation: chatsBeside ? clamped : (clamped * (100 - sizes.chats)) / 100 });
  };
  const conversationStyle: CSSProperties = sizes.diagramOpen ? { width: `${conversationPart}%` } : { flex: 1 };

  return (
    <div ref={frame} className={cn("flex h-full", held && "select-none")}>
      {chatsBeside && (
        <>
          <aside
            aria-label="Chats"
            className="flex min-w-0 flex-none flex-col border-r border-line bg-sunken"
            style={{ width: `${chatsPart}%` }}
          >
            {chats}
          </aside>
          <Divider
            label="Width of the chats"
            value={chatsPart}
            onChange={(percent) =>
              sizes.set({
                chats: clampPercent(percent, LEAST.chats, width - LEAST.conversation - LEAST.diagram, width),
              })
            }
            onReset={() => sizes.set({ chats: DEFAULT_SIZES.chats })}
            onHold={setHeld}
          />
        </>
      )}
      {room === "mid" && over && (
        <Suspense>
          <SlideOver open onClose={() => onOver(false)} label="Chats">
            {chats}
          </SlideOver>
        </Suspense>
      )}
      {!sizes.conversationOpen && sizes.diagramOpen && (
        <div className="flex w-12 flex-none flex-col items-center border-r border-line bg-surface py-2">
          <IconButton label="Show the conversation" onClick={() => sizes.set({ conversationOpen: true })}>
            <MessageSquare size={16} strokeWidth={1.75} aria-hidden="true" />
          </IconButton>
        </div>
      )}
      {(sizes.conversationOpen || !sizes.diagramOpen) && (
        <main
          aria-label="Conversation"
          className={cn("flex min-w-0 flex-none flex-col bg-surface", sizes.diagramOpen && "border-r border-line")}
          style={conversationStyle}
        >
          {conversation}
        </main>
      )}
      {sizes.conversationOpen && sizes.diagramOpen && (
        <Divider
          label="Width of the conversation"
          value={conversationPart}
          onChange={setConversation}
          onReset={() => sizes.set({ conversation: DEFAULT_SIZES.conversation })}
          onHold={setHeld}
        />
      )}
      {sizes.diagramOpen && (
        <section aria-label="Diagram" className="relative flex min-w-0 flex-1 flex-col bg-canvas">
          {diagram}
        </section>
      )}
    </div>
  );
}

const TABS: { tab: Tab; name: string; icon: LucideIcon }[] = [
  { tab: "chats", name: "Chats", icon: List },
  { tab: "conversation", name: "Conversation", icon: MessageSquare },
  { tab: "diagram", name: "Diagram", icon: Workflow },
];

function Tabs({ tab, onTab, chats, conversation, diagram }: Props) {
  return (
    <div className="flex h-full flex-col">
      <aside aria-label="Chats" hidden={tab !== "chats"} className="flex min-h-0 flex-1 flex-col bg-sunken">
        {chats}
      </aside>
      <main aria-label="Conversation" hidden={tab !== "conversation"} className="flex min-h-0 flex-1 flex-col">
        {conversation}
      </main>
      {/* Not only hidden: a canvas without a size cannot fit its diagram. */}
      {tab === "diagram" && (
        <section aria-label="Diagram" className="relative flex min-h-0 flex-1 flex-col bg-canvas">
          {diagram}
        </section>
      )}
      <nav
        aria-label="Panes"
        className="grid flex-none grid-cols-3 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)]"
      >
        {TABS.map(({ tab: name, name: label, icon: Icon }) => (
          <button
            key={name}
            type="button"
            aria-current={tab === name ? "true" : undefined}
            onClick={() => onTab(name)}
            className={cn(
              "flex h-14 flex-col items-center justify-center gap-[3px] text-xs focus-visible:-outline-offset-2",
              tab === name ? "font-medium text-accent" : "text-2",
            )}
          >
            <Icon size={20} strokeWidth={1.75} aria-hidden="true" />
            {label}
          </button>
        ))}
      </nav>
    </div>
  );
}

function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(() => window.innerWidth);
  useEffect(() => {
    const observed = element.current;
    if (!observed) return;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(entry.contentRect.width));
    observer.observe(observed);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
