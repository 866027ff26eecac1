"use client";
/** The canvas: React Flow draws the scene; pointer and keys become requests to the pane that owns the state. */
import {
  Background,
  BackgroundVariant,
  type Connection,
  ConnectionLineType,
  ConnectionMode,
  type FinalConnectionState,
  type NodeChange,
  ReactFlow,
} from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import "./diagram.css";
import { type ReactNode, useMemo, useRef } from "react";
import { cn } from "@/ui/cn";
import { type CanvasActions, CanvasActionsContext } from "./canvas-actions";
import { LoopBox } from "./LoopBox";
import { NodeCard } from "./NodeCard";
import { type CardNode, reuse, type Scene, type WireEdge } from "./scene";
import { MAX_ZOOM, MIN_ZOOM } from "./view";
import { Wire } from "./Wire";

const NODE_TYPES = { card: NodeCard, loop: LoopBox };
const EDGE_TYPES = { wire: Wire };
const SNAP: [number, number] = [4, 4];

/** An edge drawn from a way out and let go over nothing. */
export interface LooseEnd {
  source: string;
  handle: string | null;
  /** Where on the screen. */
  x: number;
  y: number;
}

interface Props {
  scene: Scene;
  actions: CanvasActions;
  editable: boolean;
  gliding: boolean;
  still: boolean;
  label: string;
  onDrag: (nodeId: string, position: { x: number; y: number }) => void;
  onDrop: (nodeId: string) => void;
  onConnect: (source: string, handle: string | null, target: string) => void;
  onLooseEnd: (end: LooseEnd) => void;
  onPaneClick: () => void;
  onMovedByHand: () => void;
  children?: ReactNode;
}

export function Canvas(props: Props) {
  const { scene, actions, editable, onDrag, onDrop } = props;
  const kept = useRef<Scene>({ nodes: [], edges: [] });
  const nodes = useMemo(() => reuse(kept.current.nodes, scene.nodes), [scene.nodes]);
  const edges = useMemo(() => reuse(kept.current.edges, scene.edges), [scene.edges]);
  kept.current = { nodes, edges };

  const onNodesChange = (changes: NodeChange<CardNode>[]) => {
    for (const change of changes) {
      if (change.type === "position" && change.dragging && change.position) onDrag(change.id, change.position);
    }
  };
  const onConnect = ({ source, sourceHandle, target }: Connection) =>
    props.onConnect(source, handleName(sourceHandle), target);
  const onConnectEnd = (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
    if (state.isValid || state.toNode || !state.fromNode || state.fromHandle?.type !== "source") return;
    const point = "changedTouches" in event ? event.changedTouches[0] : event;
    if (!point) return;
    props.onLooseEnd({
      source: state.fromNode.id,
      handle: handleName(state.fromHandle.id ?? null),
      x: point.clientX,
      y: point.clientY,
    });
  };

  return (
    <CanvasActionsContext.Provider value={actions}>
      <ReactFlow<CardNode, WireEdge>
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={onNodesChange}
        onNodeDragStop={(_, node) => onDrop(node.id)}
        onConnect={onConnect}
        onConnectEnd={onConnectEnd}
        onPaneClick={props.onPaneClick}
        // Without an event it was moved by the pane itself.
        onMoveStart={(event) => event && props.onMovedByHand()}
        onEdgeClick={(_, edge) => edge.selectable && actions.selectEdge(edge.id)}
        connectionMode={ConnectionMode.Strict}
        connectionLineType={ConnectionLineType.SmoothStep}
        connectionRadius={24}
        nodesDraggable={editable}
        nodesConnectable={editable}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        zIndexMode="manual"
        elevateNodesOnSelect={false}
        selectNodesOnDrag={false}
        nodeDragThreshold={4}
        snapToGrid
        snapGrid={SNAP}
        minZoom={MIN_ZOOM}
        maxZoom={MAX_ZOOM}
        zoomOnDoubleClick={false}
        panOnScroll
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        disableKeyboardA11y
        onlyRenderVisibleElements
        proOptions={{ hideAttribution: true }}
        aria-label={props.label}
        className={cn("flow", props.gliding && "is-gliding", props.still && "is-still")}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={2} color="var(--surface-dot)" />
        {props.children}
      </ReactFlow>
    </CanvasActionsContext.Provider>
  );
}

function handleName(id: string | null): string | null {
  const name = (id ?? "").replace(/^out:/, "");
  return name === "" ? null : name;
}
