"use client";
/** The diagram side of the workspace: the diagram pane composed with runs. Server state comes from queries, what is shown from the URL. */
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useCatalogue } from "@/api/catalogue";
import { chatsChanged, createChat } from "@/api/chats";
import { ApiError, messageOf } from "@/api/errors";
import { useCollections } from "@/api/knowledge";
import { messageKeys, postEdits, postFirstEdits, putLayout } from "@/api/messages";
import { cancelRun, decideRun, pauseRun, resumeRun, runKeys, settleDoubt, useRun, useRuns } from "@/api/runs";
import { useSettings } from "@/api/settings";
import { DiagramPane } from "@/features/diagram";
import type { Visit } from "@/features/diagram/props";
import { RunButton } from "@/features/runs";
import type { Catalogue } from "@/model/catalogue";
import type { Edit } from "@/model/edits";
import type { SavedLayout } from "@/model/layout";
import { runAt } from "@/model/replay";
import { type Decision, type Doubt, hasEnded, type RunStatus, type RunView, type StepPlace } from "@/model/run";
import { turnName } from "@/model/run-place";
import type { JsonValue } from "@/model/workflow";
import type { DiagramSideProps } from "./diagram-side.props";
import { useReruns } from "./use-reruns";
import { useEscape } from "./workspace/shortcuts";
import { useRoom } from "./workspace/use-media";

// The list and the replay are asked for by a click, and not part of the first page. Each waits within a boundary of its own:
// without one, the whole diagram would be hidden while their code loads.
const RunsPanel = lazy(() => import("@/features/runs/RunsPanel").then((module) => ({ default: module.RunsPanel })));
const Scrubber = lazy(() => import("@/features/runs/Scrubber").then((module) => ({ default: module.Scrubber })));

const RepeatQuestion = lazy(() =>
  import("@/features/runs/RepeatQuestion").then((module) => ({ default: module.RepeatQuestion })),
);
const CompareSide = lazy(() => import("./compare-side").then((module) => ({ default: module.CompareSide })));

const NO_CATALOGUE: Catalogue = new Map();
/** Any of these makes a language model reachable. */
const MODEL_SETTINGS = ["openai", "openai_compatible", "gemini", "model"];

export function DiagramSide(props: DiagramSideProps) {
  const { chatId, shown, streaming, isNewest, isEmpty, runId, nodeId, onHandEdit, onChatCreated } = props;
  const client = useQueryClient();
  const catalogue = useCatalogue().data;
  const compact = useRoom() === "phone";
  const collections = useCollections().data?.items.map((collection) => collection.name) ?? null;
  const settings = useSettings().data;
  const [listOpen, setListOpen] = useState(false);
  const [filter, setFilter] = useState<RunStatus | "all">("all");
  const list = useRuns(chatId, filter);
  const { fetchNextPage } = list;
  const more = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const run = useRun(runId).data ?? null;
  const listed = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? null, [list.data]);
  // The shown run is followed live; its line in the list is as old as the list.
  const runs = useMemo(() => listed?.map((other) => (other.id === run?.id ? run : other)) ?? null, [listed, run]);
  const everyRun = useRuns(chatId).data;
  const known = useMemo(() => everyRun?.pages.flatMap((page) => page.items) ?? [], [everyRun]);
  const numberOf = useCallback((id: string) => known.find((other) => other.id === id)?.number ?? null, [known]);
  const newestRunId = known[0]?.id ?? null;
  const lastRun = useRun(nodeId !== null && runId === null ? newestRunId : null).data ?? null;

  const replaying = run !== null && props.at !== null && hasEnded(run.status);
  const { onNavigate: navigate } = props;
  const { at, setAt, leaveReplay } = useReplayTime(props.at, (next) => navigate({ at: next }));
  const onNavigate = useCallback<DiagramSideProps["onNavigate"]>(
    (to) => {
      if (to.at === null) leaveReplay();
      navigate(to);
    },
    [navigate, leaveReplay],
  );
  const drawnRun = useMemo(() => (run && replaying ? runAt(run, at) : run), [run, replaying, at]);
  const onItsDiagram = run !== null && run.message_id === shown?.messageId;

  // A run belongs to the diagram it was started from: picking it shows that turn, and a newer turn or an edit leaves it.
  const wasOnItsDiagram = useRef<string | null>(null);
  useEffect(() => {
    if (!run) {
      wasOnItsDiagram.current = null;
      return;
    }
    if (!shown) return;
    if (run.message_id === shown.messageId) wasOnItsDiagram.current = run.id;
    else if (wasOnItsDiagram.current === run.id) onNavigate({ run: null, at: null });
    else onNavigate({ message: run.message_id, run: run.id });
  }, [run, shown, onNavigate]);

  const [visit, setVisit] = useState<Visit | null>(null);
  const { nodeAsked } = props;
  const latestNode = useRef(nodeId);
  latestNode.current = nodeId;
  useEffect(() => {
    if (nodeAsked > 0)
      setVisit((last) => (latestNode.current === null ? null : visited(last, latestNode.current, "view")));
  }, [nodeAsked]);
  const onSelect = useCallback(
    (node: string | null, into: Visit["into"] = "view") => {
      setListOpen(false);
      setVisit((last) => (node === null ? null : visited(last, node, into)));
      onNavigate({ node });
    },
    [onNavigate],
  );
  const latest = useRef(shown);
  latest.current = shown;
  const onEdits = useCallback(
    async (edits: Edit[]) => {
      const base = latest.current;
      try {
        if (!base || chatId === null) {
          const id = chatId ?? (await createChat()).id;
          const message = await postFirstEdits(client, id, edits);
          void chatsChanged(client);
          if (chatId === null) onChatCreated(id);
          onHandEdit(message.id);
          return;
        }
        const message = await postEdits(client, base.messageId, edits, base.editCount);
        onHandEdit(message.id);
      } catch (error) {
        if (base && chatId && error instanceof ApiError && error.code === "diagram_moved_on") {
          void client.invalidateQueries({ queryKey: messageKeys.ofChat(chatId) });
          void client.invalidateQueries({ queryKey: messageKeys.one(base.messageId) });
        }
        throw new Error(messageOf(error));
      }
    },
    [chatId, client, onHandEdit, onChatCreated],
  );
  const onLayout = useCallback((messageId: string, layout: SavedLayout) => {
    // The places are on the screen already; if they cannot be kept, the next visit finds them again.
    putLayout(messageId, layout).catch(() => {});
  }, []);
  const onStarted = useCallback(
    (id: string) => {
      setListOpen(false);
      onNavigate({ run: id, at: null, with: null });
    },
    [onNavigate],
  );
  const { begin, runFrom, repeats } = useReruns(onStarted);
  const onRun = useCallback(
    async (input: JsonValue, triggerId: string | null) => {
      if (latest.current) await begin(latest.current.messageId, input, triggerId);
    },
    [begin],
  );
  /** For what a person says of the shown run. Where someone was first, how it stands now is fetched. */
  const tell = useCallback(
    async (say: (id: string) => Promise<void>) => {
      if (!runId) return;
      try {
        await say(runId);
      } catch (error) {
        void client.invalidateQueries({ queryKey: runKeys.one(runId) });
        throw new Error(messageOf(error));
      }
    },
    [runId, client],
  );
  const onDecide = useCallback((decision: Decision) => tell((id) => decideRun(id, decision)), [tell]);
  const onSettle = useCallback((doubt: Doubt) => tell((id) => settleDoubt(id, doubt)), [tell]);
  const onStop = useCallback(() => tell(cancelRun), [tell]);
  const isPaused = run?.paused ?? false;
  const onPause = useCallback(() => tell(isPaused ? resumeRun : pauseRun), [tell, isPaused]);

  const onAgain = useCallback((of: RunView) => begin(of.message_id, of.input, of.trigger_id), [begin]);
  // Message ids sort by time: a question after the last turn has the same diagram as that turn.
  const newestTurn = props.turns.at(-1)?.messageId ?? "";
  const newestFor = (of: { message_id: string }) => (newestTurn > of.message_id ? newestTurn : of.message_id);
  const base = run && hasEnded(run.status) ? run : run ? null : (known.find((other) => hasEnded(other.status)) ?? null);
  const [refused, setRefused] = useState<string | null>(null);
  const onRunFrom = (node: string) => {
    if (!base) return;
    const target = run ? newestFor(base) : (shown?.messageId ?? base.message_id);
    setRefused(null);
    runFrom(base, node, target).catch((reason) =>
      setRefused(reason instanceof Error ? reason.message : String(reason)),
    );
  };
  const onStep = (place: StepPlace) => {
    setListOpen(false);
    setVisit((last) => ({ ...visited(last, place.node_id, "panel"), path: place.path }));
    onNavigate({ node: place.node_id });
  };
  const living = run !== null && !hasEnded(run.status);
  const firstMissing =
    shown?.issues.find((issue) => issue.level === "missing" && issue.node_id !== null)?.node_id ?? null;
  const labelOf = (id: string) => shown?.workflow.nodes.find((node) => node.id === id)?.label ?? id;
  useEscape(() => {
    if (nodeId !== null) onSelect(null);
    else if (replaying) onNavigate({ at: null });
    else if (listOpen) setListOpen(false);
    else setRefused(null);
  });
  const leave = () => onNavigate({ run: null, at: null });
  const turnOf = (place: StepPlace) => (run ? turnName(place, run, shown?.workflow ?? null) : "");
  return (
    <>
      <DiagramPane
        catalogue={catalogue ?? NO_CATALOGUE}
        shown={catalogue ? shown : null}
        before={props.before}
        beforePending={props.beforePending}
        streaming={streaming}
        loading={props.loading || (!catalogue && shown !== null)}
        turns={props.turns}
        preview={catalogue ? props.preview : null}
        editable={isNewest && !streaming && !living && !replaying && (shown !== null || (isEmpty && !props.loading))}
        run={onItsDiagram ? drawnRun : null}
        lastRun={lastRun}
        replaying={replaying}
        selected={nodeId}
        visit={visit}
        compact={compact}
        collections={collections}
        noModel={
          settings !== undefined && !settings.items.some((item) => item.configured && MODEL_SETTINGS.includes(item.key))
        }
        onSelect={onSelect}
        onShowTurn={(messageId) => onNavigate({ message: messageId, run: null, at: null })}
        onEdits={onEdits}
        onLayout={onLayout}
        fromNumber={run?.from_run_id ? numberOf(run.from_run_id) : null}
        refused={refused}
        onRefusalRead={() => setRefused(null)}
        onDecide={onDecide}
        onSettle={onSettle}
        onStopRun={onStop}
        onPauseRun={onPause}
        onRunFrom={base && catalogue ? onRunFrom : null}
        onCitation={props.onCitation}
        onLeaveRun={leave}
        onShowRuns={() => setListOpen(!listOpen)}
        runButton={
          shown && catalogue && shown.workflow.nodes.length > 0 ? (
            <RunButton
              workflow={shown.workflow}
              catalogue={catalogue}
              firstMissing={firstMissing}
              running={living}
              quiet={replaying}
              disabledReason={streaming ? "The reply is still being written" : null}
              onOpenMissing={(node) => onSelect(node, "field")}
              onRun={onRun}
              onStop={() => void onStop().catch(() => client.invalidateQueries({ queryKey: runKeys.all }))}
            />
          ) : null
        }
        side={
          listOpen ? (
            <Suspense>
              <RunsPanel
                runs={runs}
                error={list.isError ? messageOf(list.error) : null}
                filter={filter}
                hasMore={list.hasNextPage}
                loadingMore={list.isFetchingNextPage}
                numberOf={numberOf}
                labelOf={labelOf}
                turnOf={turnOf}
                shown={drawnRun}
                replaying={replaying}
                movedOn={run !== null && newestFor(run) !== run.message_id}
                onFilter={setFilter}
                onMore={more}
                onRetry={() => void list.refetch()}
                onPick={(id) => onNavigate({ run: id, at: null })}
                onReplay={(id) => onNavigate({ run: id, at: 0 })}
                onLeave={leave}
                onAgain={onAgain}
                onRetryFailed={(of) => runFrom(of, null, newestFor(of))}
                onPause={onPause}
                onCompare={(of) => onNavigate({ with: of.from_run_id ?? other(known, of.id) ?? of.id })}
                onStep={onStep}
                onCitation={props.onCitation}
                onClose={() => setListOpen(false)}
              />
            </Suspense>
          ) : null
        }
        footer={
          run && replaying ? (
            <Suspense>
              <Scrubber run={run} labelOf={labelOf} at={at} onAt={setAt} onExit={() => onNavigate({ at: null })} />
            </Suspense>
          ) : null
        }
      />
      <Suspense>
        {repeats && (
          <RepeatQuestion
            steps={repeats.steps.map((step) => ({
              key: `${step.node_id}@${step.path}`,
              label: step.label,
              turn: turnOf(step),
            }))}
            onAnswer={repeats.answer}
            onClose={repeats.dismiss}
          />
        )}
        {runId !== null && props.withId !== null && (
          <CompareSide
            leftId={props.withId}
            rightId={runId}
            runs={known}
            onPick={(side, id) => onNavigate(side === "left" ? { with: id } : { run: id, at: null })}
            onStep={(id, messageId, place) => {
              setListOpen(false);
              setVisit((last) => ({ ...visited(last, place.node_id, "panel"), path: place.path }));
              onNavigate({ message: messageId, run: id, at: null, with: null, node: place.node_id });
            }}
            onClose={() => onNavigate({ with: null })}
          />
        )}
      </Suspense>
    </>
  );
}

/** The run before this one, otherwise the one after it: what a run is most often compared with. */
function other(runs: readonly { id: string }[], id: string): string | null {
  const at = runs.findIndex((run) => run.id === id);
  return (runs[at + 1] ?? runs[at - 1])?.id ?? null;
}

function visited(last: Visit | null, nodeId: string, into: Visit["into"]): Visit {
  return { nodeId, into, number: (last?.number ?? 0) + 1 };
}

/** The address keeps the moment of a replay, but not sixty times a second. */
const WRITE_EVERY_MS = 400;

function useReplayTime(fromUrl: number | null, write: (at: number) => void) {
  const [at, setLocal] = useState(fromUrl ?? 0);
  const written = useRef(fromUrl);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const left = useRef(false);
  const latest = useRef({ at, write });
  latest.current = { at, write };
  useEffect(() => {
    left.current = false;
    if (fromUrl === written.current) return;
    written.current = fromUrl;
    setLocal(fromUrl ?? 0);
  }, [fromUrl]);
  const setAt = useCallback((next: number) => {
    if (left.current) return;
    setLocal(next);
    latest.current.at = next;
    timer.current ??= setTimeout(() => {
      timer.current = null;
      written.current = Math.round(latest.current.at);
      latest.current.write(written.current);
    }, WRITE_EVERY_MS);
  }, []);
  /** Leaving the replay must not be followed by a late write that brings it back, however long the address takes to change. */
  const leaveReplay = useCallback(() => {
    left.current = true;
    if (timer.current !== null) clearTimeout(timer.current);
    timer.current = null;
  }, []);
  return { at, setAt, leaveReplay };
}
