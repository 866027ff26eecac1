"use client";
/** The workspace: chats, conversation and diagram, put together for the room there is. */
import { useQueryClient } from "@tanstack/react-query";
import { Keyboard, PanelLeftOpen, PanelRightOpen } from "lucide-react";
import dynamic from "next/dynamic";
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useMemo, useState } from "react";
import { useChat } from "@/api/chats";
import { messageOf } from "@/api/errors";
import { useCollections } from "@/api/knowledge";
import { messageKeys } from "@/api/messages";
import { useLiveTurn } from "@/api/turns";
import { ChatMenu, ChatsPane, useDeletingChat } from "@/features/chats";
import { ConversationPane, type Example, FIRST_EXAMPLE } from "@/features/conversation";
import type { OpenPage } from "@/features/knowledge";
import type { Citation } from "@/model/citation";
import { Button, IconButton } from "@/ui/Button";
import { MenuItem } from "@/ui/Menu";
import { Notice } from "@/ui/Notice";
import { useSignedIn } from "../use-signed-in";
import { Panes } from "./Panes";
import { usePaneSizes } from "./pane-sizes";
import { useShortcuts } from "./shortcuts";
import { usePlace } from "./url";
import { useBranch } from "./use-branch";
import { useDrawn } from "./use-drawn";
import { useRoom } from "./use-media";
import { useRunCards } from "./use-run-cards";

const DiagramSide = dynamic(() => import("../diagram-side").then((module) => module.DiagramSide), { ssr: false });
const SearchPalette = lazy(() => import("@/features/chats/SearchPalette"));
const ShortcutsDialog = lazy(() => import("./ShortcutsDialog"));
const PageDialog = lazy(() => import("@/features/knowledge/PageDialog"));

interface Preview extends Pick<Example, "workflow" | "summaries"> {
  note: string;
}

const PLACES = ["first", "second", "third", "fourth"];

function previewOf(example: Example | null, place: number): Preview | null {
  if (example === null) return null;
  const { workflow, summaries } = example;
  return { workflow, summaries, note: `Preview of the ${PLACES[place] ?? "chosen"} example. Yours is drawn here.` };
}

export function Workspace() {
  const { user, error, retry } = useSignedIn();
  const room = useRoom();
  if (error != null && user === null) {
    return (
      <main className="mx-auto max-w-lg p-6">
        <Notice
          title="Parley could not be loaded."
          action={
            <Button variant="plain" size="xs" onClick={retry}>
              Try again
            </Button>
          }
        >
          {messageOf(error)}
        </Notice>
      </main>
    );
  }
  if (user === null || room === null) return null;
  return <SignedIn />;
}

type Overlay = { kind: "search" } | { kind: "keys" } | { kind: "page"; page: OpenPage };

function SignedIn() {
  const client = useQueryClient();
  const room = useRoom() ?? "wide";
  const { place, go } = usePlace();
  const chat = useChat(place.chat);
  const collections = useCollections();
  const branch = useBranch(place.chat, place.message);
  const drawn = useDrawn(branch);
  const runCards = useRunCards(place.chat);
  const nodes = useMemo(
    () => new Map(drawn.shown?.workflow.nodes.map((node) => [node.label, node.id])),
    [drawn.shown?.workflow],
  );
  const sizes = usePaneSizes();
  const deletion = useDeletingChat();
  const [overlay, setOverlay] = useState<Overlay | null>(null);
  const [over, setOver] = useState(false);
  const [tab, setTab] = useState<"chats" | "conversation" | "diagram">(
    // An address that names a run leads to it.
    place.run !== null ? "diagram" : "conversation",
  );
  const [preview, setPreview] = useState<Preview | null>(() => previewOf(FIRST_EXAMPLE, 0));

  const newest = branch.messages.at(-1);
  useLiveTurn(place.chat, newest?.status === "streaming" ? newest : null);
  useTitle(place.chat === null ? null : (chat.data?.title ?? null));

  const openChat = useCallback(
    (id: string | null, message: string | null = null) => {
      go({ chat: id, message });
      setOver(false);
      setTab("conversation");
    },
    [go],
  );
  const show = useCallback((message: string | null) => go({ message, run: null, at: null }), [go]);
  const onPreview = useCallback((example: Example | null, at: number) => setPreview(previewOf(example, at)), []);
  const onCitation = useCallback((citation: Citation) => {
    const { document_id, document, page, start, end } = citation;
    setOverlay({ kind: "page", page: { documentId: document_id, name: document ?? null, page, mark: { start, end } } });
  }, []);
  const [nodeAsked, setNodeAsked] = useState(0);
  const toDiagram = useCallback(
    (patch: Parameters<typeof go>[0]) => {
      go(patch);
      if (patch.node) setNodeAsked((count) => count + 1);
      setTab("diagram");
      sizes.set({ diagramOpen: true });
    },
    [go, sizes.set],
  );
  const onHandEdit = useCallback(
    (messageId: string) => {
      // The new message is the newest of its branch: shown without naming it, so that the next turn is shown too.
      go({ message: null }, "replace");
      if (place.chat !== null) void client.invalidateQueries({ queryKey: messageKeys.branch(place.chat, null) });
      void client.invalidateQueries({ queryKey: messageKeys.one(messageId) });
    },
    [client, go, place.chat],
  );
  const newChat = useCallback(() => {
    openChat(null);
    document.querySelector<HTMLTextAreaElement>('textarea[aria-label="Message"]')?.focus();
  }, [openChat]);
  const toggleChats = useCallback(() => {
    if (room === "wide") sizes.set({ chatsOpen: !sizes.chatsOpen });
    else if (room === "mid") setOver((now) => !now);
    else setTab("chats");
  }, [room, sizes]);
  useShortcuts({
    search: () => setOverlay({ kind: "search" }),
    newChat,
    toggleChats,
    help: () => setOverlay({ kind: "keys" }),
  });

  const chatsHidden = room === "mid" || (room === "wide" && !sizes.chatsOpen);
  const missing = chat.isError || (branch.error !== null && branch.messages.length === 0);
  const title = useMemo(() => {
    if (place.chat === null) return "New chat";
    return chat.data?.title || (missing ? "Chat" : "New chat");
  }, [place.chat, chat.data?.title, missing]);

  return (
    <>
      <Panes
        room={room}
        tab={tab}
        onTab={setTab}
        over={over}
        onOver={setOver}
        chats={
          <ChatsPane
            current={place.chat}
            onOpen={openChat}
            onNew={newChat}
            onSearch={() => setOverlay({ kind: "search" })}
            onClose={room === "phone" ? null : room === "mid" ? () => setOver(false) : toggleChats}
            collections={collections.data?.items.length ?? null}
          />
        }
        conversation={
          <ConversationPane
            chatId={place.chat}
            title={title}
            branch={branch}
            shownId={branch.shownId}
            isEarlier={branch.isEarlier}
            runs={runCards.cards}
            onRunSeen={runCards.onSeen}
            nodes={nodes}
            onShow={show}
            onDraw={(message) => toDiagram({ message, run: null, at: null })}
            onChatCreated={(id) => go({ chat: id }, "push")}
            onPreview={onPreview}
            onCitation={onCitation}
            onOpenRun={(run) => toDiagram({ run, at: null })}
            onReplay={(run) => toDiagram({ run, at: 0 })}
            onStep={(run, node) => toDiagram({ run, at: null, node })}
            onNode={(node) => toDiagram({ node })}
            barStart={chatsHidden && <ShowChats onClick={toggleChats} />}
            barEnd={
              <>
                <ChatMenu
                  chat={place.chat === null ? null : { id: place.chat, title: chat.data?.title ?? "" }}
                  usage={chat.data?.usage ?? null}
                  onDelete={() => chat.data && deletion.remove(chat.data, () => openChat(null))}
                >
                  {room !== "phone" && <PaneItems />}
                  <MenuItem
                    icon={<Keyboard size={16} strokeWidth={1.75} aria-hidden="true" />}
                    hint="?"
                    onSelect={() => setOverlay({ kind: "keys" })}
                  >
                    Keys
                  </MenuItem>
                </ChatMenu>
                {room !== "phone" && !sizes.diagramOpen && (
                  <IconButton label="Show the diagram" onClick={() => sizes.set({ diagramOpen: true })}>
                    <PanelRightOpen size={16} strokeWidth={1.75} aria-hidden="true" />
                  </IconButton>
                )}
              </>
            }
          />
        }
        diagram={
          <DiagramSide
            chatId={place.chat}
            shown={drawn.shown}
            before={drawn.before}
            beforePending={drawn.beforePending}
            isNewest={!branch.isEarlier}
            isEmpty={!branch.loading && branch.error === null && branch.messages.length === 0}
            streaming={drawn.streaming}
            loading={drawn.loading}
            turns={drawn.turns}
            preview={place.chat === null ? preview : null}
            runId={place.run}
            at={place.at}
            withId={place.with}
            nodeId={place.node}
            nodeAsked={nodeAsked}
            onNavigate={(query) => go(query, query.at === undefined && query.node === undefined ? "push" : "replace")}
            onCitation={onCitation}
            onHandEdit={onHandEdit}
            onChatCreated={openChat}
          />
        }
      />
      <Suspense fallback={null}>
        {overlay?.kind === "search" && (
          <SearchPalette
            onClose={() => setOverlay(null)}
            onPick={(chatId, messageId) => {
              setOverlay(null);
              openChat(chatId, messageId);
            }}
          />
        )}
        {overlay?.kind === "keys" && <ShortcutsDialog onClose={() => setOverlay(null)} />}
        {overlay?.kind === "page" && <PageDialog open={overlay.page} onClose={() => setOverlay(null)} />}
      </Suspense>
    </>
  );
}

function PaneItems() {
  const { conversationOpen, diagramOpen, set } = usePaneSizes();
  return (
    <>
      <MenuItem
        icon={<PanelRightOpen size={16} strokeWidth={1.75} aria-hidden="true" />}
        onSelect={() => set({ diagramOpen: !diagramOpen })}
      >
        {diagramOpen ? "Hide the diagram" : "Show the diagram"}
      </MenuItem>
      {diagramOpen && (
        <MenuItem
          icon={<PanelLeftOpen size={16} strokeWidth={1.75} aria-hidden="true" />}
          onSelect={() => set({ conversationOpen: !conversationOpen })}
        >
          Hide the conversation
        </MenuItem>
      )}
    </>
  );
}

function ShowChats({ onClick }: { onClick: () => void }): ReactNode {
  return (
    <IconButton label="Show chats" title="Show chats (Ctrl+B)" onClick={onClick} className="-ml-2">
      <PanelLeftOpen size={16} strokeWidth={1.75} aria-hidden="true" />
    </IconButton>
  );
}

function useTitle(title: string | null): void {
  useEffect(() => {
    document.title = title ? `${title} · Parley` : "Parley";
  }, [title]);
}
