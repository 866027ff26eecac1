"use client";
/** The conversation: its rows, and the composer that sends, stops and branches off. */
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useCatalogue } from "@/api/catalogue";
import { createChat } from "@/api/chats";
import { ApiError, messageOf } from "@/api/errors";
import { fetchLeaf, messageKeys, stopTurn, undoEdits } from "@/api/messages";
import { useModels } from "@/api/settings";
import { type NewMessage, regenerate, sendMessage, useFollowing } from "@/api/turns";
import { foldAfter, messageOfRow, rowsOf, turnShown } from "@/model/conversation";
import type { Message } from "@/model/message";
import { Button } from "@/ui/Button";
import { LoadingBars } from "@/ui/Loading";
import { Notice } from "@/ui/Notice";
import { Composer } from "./Composer";
import { ComposerNote, type Refusal } from "./ComposerNote";
import { useDrafts } from "./drafts";
import { ComposerMeter } from "./Meter";
import { plannerRequest } from "./planner-choice";
import type { ConversationPaneProps } from "./props";
import { usePlannerOptions } from "./use-planner-options";
import { Welcome } from "./Welcome";

// The empty page has no rows: their code comes with the first chat that is opened, or with the first letter typed.
const loadRows = () => import("./Rows");
const Rows = lazy(loadRows);

const LOADING = <LoadingBars label="Loading messages" widths={[34, 88, 92, 60]} className="flex-1 content-end p-5" />;

export function ConversationPane(props: ConversationPaneProps) {
  const { chatId, title, branch, shownId, isEarlier, onShow, onChatCreated, onPreview } = props;
  const client = useQueryClient();
  const field = useRef<HTMLTextAreaElement>(null);
  const draftKey = chatId ?? "new";
  const text = useDrafts((state) => state.texts[draftKey] ?? "");
  const setDraft = useDrafts((state) => state.set);
  const [sending, setSending] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [unfolded, setUnfolded] = useState<string | null>(null);
  const { asked: choice, keep: keepPlanner, ...planner } = usePlannerOptions(chatId);
  const waiting = useFollowing((state) => state.waiting);
  const catalogue = useCatalogue();
  const models = useModels();

  // The empty page is there to be written on; a finger would get its keyboard over the examples.
  useEffect(() => {
    if (chatId === null && window.matchMedia("(pointer: fine)").matches) field.current?.focus({ preventScroll: true });
  }, [chatId]);

  const { messages } = branch;
  const last = messages.at(-1) ?? null;
  const streaming = last?.status === "streaming" ? last : null;
  const rows = useMemo(() => rowsOf(messages), [messages]);
  const folded = useMemo(() => foldAfter(rows, isEarlier ? shownId : null), [rows, isEarlier, shownId]);
  const visible = unfolded === shownId ? rows : folded.visible;
  const newestReply = useMemo(() => messages.findLast((message) => message.role === "assistant") ?? null, [messages]);

  const attempt = useCallback(async (act: () => Promise<unknown>, anyway?: Refusal["anyway"]): Promise<boolean> => {
    setSending(true);
    setRefusal(null);
    try {
      await act();
      return true;
    } catch (error) {
      const code = error instanceof ApiError ? error.code : "";
      setRefusal({ code, text: messageOf(error), anyway: code === "depended_on" ? anyway : undefined });
      return false;
    } finally {
      setSending(false);
    }
  }, []);

  const say = useCallback(
    (content: string, under: Pick<NewMessage, "parent_id" | "branch">) =>
      attempt(async () => {
        const id = chatId ?? (await createChat()).id;
        if (chatId === null) keepPlanner(id);
        await sendMessage(client, id, { content, ...under, ...plannerRequest(choice) });
        if (chatId === null) onChatCreated(id);
        else onShow(null);
      }),
    [attempt, chatId, choice, keepPlanner, client, onChatCreated, onShow],
  );

  const send = useCallback(
    async (content: string) => {
      const branching = isEarlier && shownId !== null;
      const parent = branching ? shownId : last?.id;
      const taken = await say(content, parent === undefined ? {} : { parent_id: parent, branch: branching });
      if (taken) setDraft(draftKey, "");
      field.current?.focus();
      return taken;
    },
    [say, isEarlier, shownId, last?.id, setDraft, draftKey],
  );

  const onEdit = useCallback(
    (message: Message, content: string) => say(content, { parent_id: message.parent_id, branch: true }),
    [say],
  );
  const onAgain = useCallback(
    (message: Message, planner?: string) =>
      void attempt(async () => {
        await regenerate(client, message.id, plannerRequest(planner ?? choice));
        onShow(null);
      }),
    [attempt, client, choice, onShow],
  );
  const onUndo = useCallback(
    (message: Message, seqs: number[] | null) => {
      const undo = (anyway: boolean) => async () => {
        const leaf = messages.findLast((each) => each.role !== "user");
        if (leaf) await undoEdits(client, leaf.id, message.id, seqs, anyway);
        onShow(null);
      };
      void attempt(undo(false), { label: "Undo it all the same", act: () => void attempt(undo(true)) });
    },
    [attempt, client, messages, onShow],
  );
  const onSwitch = useCallback(
    (siblingId: string) =>
      void attempt(async () => {
        if (chatId !== null) onShow(await fetchLeaf(chatId, siblingId));
      }),
    [attempt, chatId, onShow],
  );
  const onSay = useCallback((content: string) => void send(content), [send]);
  const reload = () => {
    setRefusal(null);
    onShow(null);
    if (chatId !== null) void client.invalidateQueries({ queryKey: messageKeys.ofChat(chatId) });
  };

  const busy = streaming !== null || sending;
  const drawnBy = useMemo(() => turnShown(branch.turns, messages, shownId), [branch.turns, messages, shownId]);
  const isEmpty = chatId === null || (!branch.loading && branch.error === null && messages.length === 0);
  const shownRow = shownId === null ? null : (rows.find((row) => messageOfRow(row)?.id === shownId)?.key ?? null);

  return (
    <>
      <div className="flex h-12 flex-none items-center gap-2 border-b border-line pr-3 pl-5 max-tab:pl-4">
        {props.barStart}
        <h1
          className={
            chatId === null ? "min-w-0 flex-1 truncate font-medium text-2" : "min-w-0 flex-1 truncate font-semibold"
          }
          title={title}
        >
          {title}
        </h1>
        {props.barEnd}
      </div>
      {isEmpty ? (
        <Welcome
          look={(type) => catalogue.data?.get(type) ?? null}
          onPick={(example) => void send(example)}
          onPreview={onPreview}
        />
      ) : branch.error !== null && messages.length === 0 ? (
        <div className="flex-1 p-5">
          <Notice
            title="The messages could not be loaded."
            action={
              <Button variant="plain" size="xs" onClick={branch.retry}>
                Try again
              </Button>
            }
          >
            {branch.error}
          </Notice>
        </div>
      ) : branch.loading ? (
        LOADING
      ) : (
        <Suspense fallback={LOADING}>
          <Rows
            {...props}
            visible={visible}
            later={rows.length - visible.length}
            onUnfold={() => setUnfolded(shownId)}
            drawnBy={drawnBy}
            target={isEarlier ? shownRow : null}
            onEdit={busy ? null : onEdit}
            onAgain={busy ? null : onAgain}
            onUndo={busy ? null : onUndo}
            onSay={busy ? null : onSay}
            onSwitch={onSwitch}
            model={models.data?.items[0]?.id ?? null}
          />
        </Suspense>
      )}
      <Composer
        field={field}
        text={text}
        onText={(next) => {
          setDraft(draftKey, next);
          void loadRows();
        }}
        onSend={() => void send(text)}
        onStop={streaming ? () => void attempt(() => stopTurn(streaming.id)) : null}
        sending={sending}
        placeholder={chatId === null ? "When a customer writes in, …" : "Say what to change, or ask a question"}
        note={
          <ComposerNote
            refusal={refusal}
            waiting={streaming ? waiting : null}
            branchesAfter={isEarlier && shownId !== null ? (branch.numbers.get(shownId) ?? 0) : null}
            onReload={reload}
            onLatest={() => onShow(null)}
          />
        }
        meter={<ComposerMeter reply={newestReply} />}
        planner={planner}
      />
    </>
  );
}
