"use client";
/** The diagram pane: the shown workflow on a canvas, its turn, the panel of the selected node, and editing by hand. */
import { ReactFlowProvider } from "@xyflow/react";
import { useCallback, useMemo, useRef, useState } from "react";
import type { Edit } from "@/model/edits";
import { type Boxes, directionFor } from "@/model/layout";
import { edgeStates, nodeStates } from "@/model/run-state";
import { EMPTY_WORKFLOW } from "@/model/workflow";
import { AddStep } from "./AddStep";
import { Canvas, type LooseEnd } from "./Canvas";
import { CanvasControls, OVERVIEW_FROM, Overview } from "./CanvasControls";
import type { CanvasActions } from "./canvas-actions";
import { DiagramBar } from "./DiagramBar";
import { movesOf } from "./move-node";
import { NodeMenu } from "./NodeMenu";
import { placeAfter, type Where } from "./new-node";
import { DiagramLoading, NothingYet, PreviewNote, Refused } from "./Overlays";
import type { DiagramPaneProps } from "./props";
import { RunChip } from "./RunChip";
import { SelectedNode } from "./SelectedNode";
import { PANEL_WIDTH, SHEET_PEEK, Side } from "./Side";
import { sceneOf } from "./scene";
import { MissingChip, TurnChip } from "./TurnChips";
import { useDiagramKeys } from "./use-diagram-keys";
import { useDrag } from "./use-drag";
import { useFresh } from "./use-fresh";
import { useGlide } from "./use-glide";
import { useHandEdits } from "./use-hand-edits";
import { useMarks } from "./use-marks";
import { useMenu } from "./use-menu";
import { usePlaces } from "./use-places";
import { useRouting } from "./use-routing";
import { useShown } from "./use-shown";
import { useSize } from "./use-size";
import { useView } from "./use-view";
import { useWarm } from "./use-warm";

export function DiagramPane(props: DiagramPaneProps) {
  return (
    <ReactFlowProvider>
      <Pane {...props} />
    </ReactFlowProvider>
  );
}

const NO_BOXES: Boxes = new Map();
const NOWHERE: Where = { after: null, handle: null, before: null, parent: null };

function Pane(props: DiagramPaneProps) {
  const { catalogue, before, streaming, turns, run, replaying, fromNumber, compact, selected, onSelect } = props;
  const shown = useShown(props);
  const isPreview = props.shown === null && shown !== null;

  const stage = useRef<HTMLDivElement>(null);
  const size = useSize(stage);
  const direction = size ? directionFor(size.width, size.height) : null;
  useWarm();

  const save = isPreview ? ignoreLayout : props.onLayout;
  const { places, boxesBefore, tidy } = usePlaces({
    shown,
    before,
    beforePending: props.beforePending,
    direction,
    streaming,
    catalogue,
    onLayout: save,
  });
  // What is on the screen stays until the places of what comes next are found.
  const ready = places !== null && places.messageId === shown?.messageId && places.direction === direction;
  const axis = places?.direction ?? direction ?? "down";
  const workflow = (ready || places === null ? shown?.workflow : places.workflow) ?? null;
  const editable = props.editable && !isPreview && ready;
  // A diagram can also be begun by hand, before anything was said.
  const canAdd = editable || (props.editable && props.shown === null);
  const documentKey = isPreview ? `preview/${shown?.messageId}` : (turns[0]?.messageId ?? shown?.messageId ?? "");
  const hand = useHandEdits(props.shown === null ? EMPTY_WORKFLOW : workflow, documentKey, props.onEdits);
  const drawnBoxes = places?.boxes ?? NO_BOXES;
  const drag = useDrag(workflow, drawnBoxes, hand.make);
  const routing = useRouting(workflow, drag.boxes, axis, catalogue);
  const gliding = useGlide(places?.boxes ?? null, drag.boxes !== drawnBoxes);

  const turn = turns.find((other) => other.messageId === shown?.messageId) ?? null;
  const { diff, marks, setMarks, marked, ghosts } = useMarks({
    workflow,
    before: before?.workflow ?? null,
    isTurn: turn !== null && !isPreview,
    hidden: run !== null,
    boxesBefore: ready ? boxesBefore : null,
    boxes: drawnBoxes,
    axis,
  });

  const nodeRuns = useMemo(
    () => (run && workflow ? nodeStates(run, workflow, fromNumber) : null),
    [run, workflow, fromNumber],
  );
  const asking = useMemo(
    () => (replaying ? null : ([...(nodeRuns ?? [])].find(([, state]) => state.asks)?.[0] ?? null)),
    [nodeRuns, replaying],
  );
  const edgeRuns = useMemo(() => (run && workflow ? edgeStates(run, workflow) : null), [run, workflow]);
  const [focused, setFocused] = useState<string | null>(null);
  const [selectedEdge, setSelectedEdge] = useState<string | null>(null);
  const tabStop =
    focused && workflow?.nodes.some((node) => node.id === focused) ? focused : (workflow?.nodes[0]?.id ?? null);
  const scene = useMemo(
    () =>
      sceneOf({
        workflow: workflow ?? { name: "", nodes: [], edges: [] },
        boxes: drag.boxes,
        routing,
        direction: axis,
        catalogue,
        summaries: shown?.summaries ?? {},
        issues: shown?.issues ?? [],
        diff: marked,
        ghosts,
        ghostSource: before,
        nodeStates: nodeRuns,
        edgeStates: edgeRuns,
        still: replaying,
        selectedNode: selected,
        tabStop,
        selectedEdge,
        editable,
        preview: isPreview,
      }),
    [
      workflow,
      drag.boxes,
      routing,
      axis,
      catalogue,
      shown,
      marked,
      ghosts,
      before,
      nodeRuns,
      edgeRuns,
      replaying,
      selected,
      tabStop,
      selectedEdge,
      editable,
      isPreview,
    ],
  );

  const node = workflow?.nodes.find((other) => other.id === selected) ?? null;
  const sideOpen = props.side !== null || node !== null;
  const right = sideOpen && !compact ? PANEL_WIDTH : 0;
  const bottom = sideOpen && compact ? SHEET_PEEK : 0;
  const count = drawnBoxes.size;
  const overview = count >= OVERVIEW_FROM && !compact && !isPreview;
  const pane = useMemo(() => (size ? { ...size, right, bottom, overview } : null), [size, right, bottom, overview]);
  const visible = useMemo(
    () => (ghosts.size > 0 ? new Map([...drawnBoxes, ...ghosts]) : drawnBoxes),
    [drawnBoxes, ghosts],
  );
  const view = useView({
    viewKey: `${documentKey}/${direction}`,
    boxes: ready ? visible : null,
    pane,
    messageId: shown?.messageId ?? null,
    growing: streaming && (before?.workflow.nodes.length ?? 0) === 0,
    selected,
    visit: props.visit?.number ?? 0,
    asking,
  });

  const [adding, setAdding] = useState<Where | null>(null);
  const add = useCallback(
    (nodeId: string | null) => {
      setAdding(nodeId && workflow ? placeAfter(nodeId, workflow, catalogue) : NOWHERE);
    },
    [workflow, catalogue],
  );
  const remove = useCallback(
    (nodeId: string) => {
      onSelect(null);
      void hand.make([{ op: "remove_node", id: nodeId, bridge: true }]);
    },
    [hand.make, onSelect],
  );
  const removeEdge = useCallback(
    (edgeId: string) => {
      const edge = workflow?.edges.find((other) => other.id === edgeId);
      setSelectedEdge(null);
      if (edge)
        void hand.make([
          { op: "disconnect", source: edge.source, target: edge.target, source_handle: edge.source_handle },
        ]);
    },
    [workflow, hand.make],
  );
  const connect = useCallback(
    (source: string, handle: string | null, target: string) =>
      void hand.make([{ op: "connect", source, target, source_handle: handle }]),
    [hand.make],
  );
  const focusNode = useCallback(
    (nodeId: string) => {
      setFocused(nodeId);
      view.reveal(nodeId);
      // A card outside the pane is not drawn until the pane has moved there.
      requestAnimationFrame(() =>
        requestAnimationFrame(() => {
          stage.current?.querySelector<HTMLElement>(`[data-node="${nodeId}"]`)?.focus({ preventScroll: true });
        }),
      );
    },
    [view.reveal],
  );
  const onEscape = useCallback((): boolean => {
    if (selectedEdge) setSelectedEdge(null);
    else if (selected) onSelect(null);
    else return false;
    return true;
  }, [selectedEdge, selected, onSelect]);
  const onKeyDown = useDiagramKeys({
    stage,
    workflow,
    boxes: drag.boxes,
    direction: axis,
    editable,
    hand,
    focused,
    selectedEdge,
    onFocus: focusNode,
    onRemoveNode: remove,
    onRemoveEdge: removeEdge,
    onAdd: () => add(focused),
    onEscape,
  });

  const { onDecide, onSettle, onStopRun, onRunFrom } = props;
  const isFresh = useFresh(documentKey, drawnBoxes, streaming);
  const actions = useMemo<CanvasActions>(
    () => ({
      open: (nodeId, into) => {
        setSelectedEdge(null);
        if (!isPreview) onSelect(nodeId, into);
      },
      focused: setFocused,
      decide: onDecide,
      settle: onSettle,
      stopRun: onStopRun,
      selectEdge: (edgeId) => {
        setSelectedEdge(edgeId);
        stage.current?.focus({ preventScroll: true });
      },
      isFresh,
    }),
    [onSelect, onDecide, onSettle, onStopRun, isPreview, isFresh],
  );
  const runFrom = (nodeId: string) => {
    const info = catalogue.get(workflow?.nodes.find((other) => other.id === nodeId)?.type ?? "");
    const can = onRunFrom !== null && !streaming && info?.runs && !info.is_trigger;
    return can ? () => onRunFrom(nodeId) : null;
  };
  const { menu, onMenuAt } = useMenu({
    editable,
    onOpen: (nodeId) => onSelect(nodeId, "panel"),
    onAdd: add,
    onRemove: remove,
    runFrom,
    onRemoveEdge: removeEdge,
    movesOf: (nodeId) => (workflow ? movesOf(nodeId, workflow, catalogue) : []),
    onMove: (edits) => void hand.make(edits),
    onTidy: () => void tidyAll(),
    onFit: view.fit,
  });

  async function tidyAll() {
    // Someone asks for order: what was placed by hand is let go, which undo brings back.
    const placed = workflow?.nodes.filter((other) => other.position !== null) ?? [];
    if (placed.length > 0)
      await hand.make(placed.map((other): Edit => ({ op: "place_node", id: other.id, position: null })));
    await tidy();
  }

  const missing = (shown?.issues ?? []).filter((issue) => issue.level === "missing" && issue.node_id !== null);
  return (
    <div className="relative flex h-full min-h-0 min-w-0 flex-col bg-canvas">
      <DiagramBar
        name={workflow?.name ?? ""}
        empty={props.shown === null}
        turns={turns}
        shownId={shown?.messageId ?? null}
        editable={editable}
        compact={compact}
        hand={hand}
        runButton={props.runButton}
        onShowTurn={props.onShowTurn}
        onRename={(name) => void hand.make([{ op: "rename", name }])}
        onAdd={canAdd ? () => add(isPreview ? null : focused) : null}
        onRuns={props.onShowRuns}
        onTidy={() => void tidyAll()}
        onFit={view.fit}
      />
      <NodeMenu entries={menu} onOpenAt={onMenuAt}>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: keys bubble up from the cards, which are buttons */}
        <div
          ref={stage}
          tabIndex={-1}
          onKeyDown={onKeyDown}
          className="relative min-h-0 flex-1 overflow-hidden outline-none"
        >
          <Canvas
            scene={scene}
            actions={actions}
            editable={editable}
            gliding={gliding}
            still={replaying}
            label={workflow ? `Diagram of ${workflow.name || "the workflow"}, ${count} steps` : "Diagram"}
            onDrag={drag.onDrag}
            onDrop={drag.onDrop}
            onConnect={connect}
            onLooseEnd={(end: LooseEnd) =>
              setAdding({
                after: end.source,
                handle: end.handle,
                before: null,
                parent: workflow?.nodes.find((other) => other.id === end.source)?.parent ?? null,
              })
            }
            onMovedByHand={view.onMovedByHand}
            onPaneClick={() => {
              setSelectedEdge(null);
              onSelect(null);
            }}
          >
            {overview && <Overview right={right} />}
          </Canvas>
          {count > 0 && !isPreview && (
            <CanvasControls onFit={view.fit} onTidy={editable ? () => void tidyAll() : null} />
          )}
          {turn && diff && run === null && diff.added + diff.changed + diff.removed > 0 && (
            <TurnChip number={turn.number} diff={diff} marks={marks} onMarks={setMarks} />
          )}
          {run && (
            <RunChip
              run={run}
              replaying={replaying}
              fromNumber={fromNumber}
              onPause={props.onPauseRun}
              onLeave={props.onLeaveRun}
            />
          )}
          {missing.length > 0 && run === null && (
            <MissingChip
              count={missing.length}
              right={right}
              onOpen={() => onSelect(missing[0]?.node_id ?? null, "field")}
            />
          )}
          {hand.refused && <Refused message={hand.refused} onClose={hand.dismiss} />}
          {!hand.refused && props.refused && <Refused message={props.refused} onClose={props.onRefusalRead} />}
          {!props.loading && count === 0 && ghosts.size === 0 && (shown === null || ready) && (
            <NothingYet onAdd={canAdd ? () => add(null) : null} />
          )}
          {props.loading && count === 0 && <DiagramLoading />}
          {isPreview && <PreviewNote note={props.preview?.note} boxes={drawnBoxes} pane={pane} />}
          {props.side !== null ? (
            <Side label="Runs" compact={compact} peek={null} onEscape={() => onSelect(null)}>
              {props.side}
            </Side>
          ) : (
            node &&
            workflow &&
            shown && (
              <SelectedNode
                pane={props}
                node={node}
                shown={shown}
                workflow={workflow}
                editable={editable}
                line={nodeRuns?.get(node.id)?.text ?? null}
                runFrom={runFrom(node.id)}
                onEdits={(edits) => void hand.make(edits)}
                onClose={() => {
                  onSelect(null);
                  focusNode(node.id);
                }}
              />
            )
          )}
        </div>
      </NodeMenu>
      {props.footer}
      <AddStep
        where={adding}
        workflow={workflow}
        onto={props.shown === null ? EMPTY_WORKFLOW : workflow}
        catalogue={catalogue}
        turns={turns}
        onClose={() => setAdding(null)}
        onAdd={(id, edits) => void hand.make(edits).then((made) => made && onSelect(id))}
      />
    </div>
  );
}

const ignoreLayout = () => {};
