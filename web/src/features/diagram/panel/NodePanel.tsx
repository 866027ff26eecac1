"use client";
import { Ellipsis, Info, Play, Trash2, X } from "lucide-react";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import type { Catalogue } from "@/model/catalogue";
/** Everything about one node: its form, its issues, what it got and gave in the shown or the last run, and where it comes from. */
import type { Citation } from "@/model/citation";
import type { Edit } from "@/model/edits";
import { referencesFor } from "@/model/references";
import { type Decision, type Doubt, type RunView, stepsOf } from "@/model/run";
import type { Issue, JsonValue, WorkflowData, WorkflowNode } from "@/model/workflow";
import { Button, IconButton } from "@/ui/Button";
import { cn } from "@/ui/cn";
import { Menu, MenuItem } from "@/ui/Menu";
import { Tile } from "@/ui/Tile";
import type { Visit } from "../props";
import { useArrival } from "../use-arrival";
import { Limits } from "./Limits";
import { Origin } from "./Origin";
import { SchemaForm } from "./SchemaForm";
import { StepResult } from "./StepResult";

interface Props {
  node: WorkflowNode;
  before: WorkflowNode | null;
  workflow: WorkflowData;
  catalogue: Catalogue;
  issues: readonly Issue[];
  collections: readonly string[] | null;
  editable: boolean;
  noModel: boolean;
  visit: Visit | null;
  /** The run on the diagram, or else the last one, whose values are of interest while editing. */
  run: RunView | null;
  runShown: boolean;
  replaying: boolean;
  /** The message whose diagram is shown, and how many edits it holds. */
  shownId: string;
  editCount: number;
  onEdits: (edits: Edit[]) => void;
  onShowTurn: (messageId: string) => void;
  /** The number of the run whose recorded steps the shown one used, where it is known. */
  fromNumber: number | null;
  /** Null: it cannot be run from. */
  runFrom: (() => void) | null;
  onDecide: (decision: Decision) => Promise<void>;
  onSettle: (doubt: Doubt) => Promise<void>;
  onStopRun: () => Promise<void>;
  onCitation: (citation: Citation) => void;
  onClose: () => void;
  /** Above the header: the handle of a phone's sheet. */
  handle?: ReactNode;
}

type Tab = "settings" | "input" | "output";

export function NodePanel(props: Props) {
  const { node, run, runShown } = props;
  const steps = useMemo(() => stepsOf(run, node.id), [run, node.id]);
  const hasRun = run !== null && (runShown || steps.length > 0);
  const [tab, setTab] = useState<Tab>(runShown ? "output" : "settings");
  // A run that starts while the panel is open is what one wants to see; leaving it leads back to the form.
  useEffect(() => setTab(runShown ? "output" : "settings"), [runShown]);
  const asks = steps.some(
    (step) =>
      (step.status === "waiting" && step.wait?.for_person) || (step.status === "in_doubt" && step.retry_at === null),
  );
  useEffect(() => {
    if (asks) setTab("output");
  }, [asks]);
  const { visit } = props;
  const asked = useMemo(
    () =>
      visit?.path === undefined || visit.nodeId !== node.id
        ? null
        : { nodeId: visit.nodeId, path: visit.path, number: visit.number },
    [visit, node.id],
  );
  const toField = props.visit?.into === "field" ? props.visit.number : null;
  useEffect(() => {
    if (toField !== null) setTab("settings");
  }, [toField]);
  const body = useRef<HTMLDivElement>(null);
  useArrival(body, props.visit, node.id);
  return (
    <>
      {props.handle}
      <PanelHeader {...props} />
      {hasRun && (
        <div role="tablist" aria-label="Parts" className="flex flex-none gap-4 border-b border-line px-4 text-sm">
          <TabButton on={tab === "settings"} onPick={() => setTab("settings")}>
            Settings
          </TabButton>
          <TabButton on={tab === "input"} onPick={() => setTab("input")}>
            Input
          </TabButton>
          <TabButton on={tab === "output"} onPick={() => setTab("output")}>
            Output
          </TabButton>
          <span className="num ml-auto self-center text-xs text-3">
            {runShown ? "Run" : "Last: run"} {run.number}
          </span>
        </div>
      )}
      <div ref={body} tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto pb-4 outline-none">
        {tab === "settings" || !hasRun || !run ? (
          <Settings {...props} hasTabs={hasRun} />
        ) : (
          <StepResult
            key={node.id}
            run={run}
            node={node}
            workflow={props.workflow}
            steps={steps}
            part={tab}
            replaying={props.replaying}
            fromNumber={props.fromNumber}
            asked={asked}
            onDecide={props.onDecide}
            onSettle={props.onSettle}
            onStopRun={props.onStopRun}
            onCitation={props.onCitation}
          />
        )}
      </div>
      <PanelFooter {...props} />
    </>
  );
}

function TabButton({ on, onPick, children }: { on: boolean; onPick: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      role="tab"
      aria-selected={on}
      onClick={onPick}
      className={cn(
        "h-8 max-tab:h-11",
        on ? "font-medium text-1 shadow-[inset_0_-2px_var(--text-1)]" : "text-2 hover:text-1",
      )}
    >
      {children}
    </button>
  );
}

function PanelHeader({ node, catalogue, editable, onEdits, onClose }: Props) {
  const info = catalogue.get(node.type);
  const rename = (text: string) => {
    const label = text.trim();
    if (label !== "" && label !== node.label) onEdits([{ op: "update_node", id: node.id, set: { label } }]);
  };
  return (
    <header className="flex h-[60px] flex-none items-center gap-2.5 pr-2 pl-4">
      <Tile icon={info?.icon ?? ""} category={info?.category ?? "control"} />
      <div className="min-w-0 flex-1">
        <h3>
          <input
            key={`${node.id}${node.label}`}
            aria-label="Label"
            defaultValue={node.label}
            title={node.label}
            maxLength={120}
            readOnly={!editable}
            onBlur={(event) => rename(event.target.value)}
            onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
            className="-mx-1 w-full truncate rounded-sm bg-transparent px-1 text-md leading-[18px] font-semibold text-1 hover:bg-hover focus:bg-raised max-tab:text-xl"
          />
        </h3>
        <p className="truncate text-sm leading-4 text-2">{info?.title ?? node.type}</p>
      </div>
      <IconButton label="Close" size="sm" onClick={onClose}>
        <X size={16} strokeWidth={1.75} aria-hidden="true" />
      </IconButton>
    </header>
  );
}

function Settings(props: Props & { hasTabs: boolean }) {
  const { node, before, workflow, catalogue, editable, onEdits } = props;
  const info = catalogue.get(node.type);
  const references = useMemo(() => referencesFor(workflow, node.id, catalogue), [workflow, node.id, catalogue]);
  const changed = useMemo(() => changedValues(before, node), [before, node]);
  if (!info) return <p className="px-4 py-3 text-sm text-2">This kind of step is not known here. Reload the page.</p>;
  const set = (key: string, value: JsonValue | undefined) =>
    onEdits([
      value === undefined
        ? { op: "update_node", id: node.id, set: {}, unset: [key] }
        : { op: "update_node", id: node.id, set: { config: { [key]: value } } },
    ]);
  const others = props.issues.filter(
    (issue) => issue.field === null || !(issue.field in (info.config_schema.properties ?? {})),
  );
  return (
    <div className={cn("grid gap-3 px-4", props.hasTabs && "pt-3")}>
      {!info.runnable && (
        <PanelNote title="This step cannot run yet.">
          {info.unrunnable_reason ?? "A run that reaches it fails there."}
        </PanelNote>
      )}
      {others.map((issue) => (
        <PanelNote key={`${issue.code}${issue.message}`} title={ISSUE_WORDS[issue.level]} tone={issue.level}>
          {issue.message}
        </PanelNote>
      ))}
      <SchemaForm
        key={node.id}
        schema={info.config_schema}
        config={node.config}
        issues={props.issues}
        changed={changed}
        references={references}
        collections={props.collections}
        disabled={!editable}
        onChange={set}
      />
      {info.runs && !info.is_trigger && (
        <Limits
          node={node}
          info={info}
          disabled={!editable}
          onChange={(change) => onEdits([{ op: "update_node", id: node.id, set: change }])}
        />
      )}
      {props.noModel && info.category === "ai" && (
        <PanelNote title="No model is set up.">The built-in writer will quote the passages word for word.</PanelNote>
      )}
      {!editable && <p className="text-sm text-3">Only the newest diagram can be changed by hand.</p>}
    </div>
  );
}

const ISSUE_WORDS: Record<Issue["level"], string> = {
  error: "This cannot run.",
  missing: "Something to fill in.",
  warning: "Worth a look.",
};

function PanelNote({ title, tone, children }: { title: string; tone?: Issue["level"]; children: ReactNode }) {
  return (
    <div className="flex gap-2 rounded-md bg-inset px-2.5 py-2 text-sm leading-[18px] text-2">
      <Info
        size={14}
        strokeWidth={1.75}
        aria-hidden="true"
        className={cn("mt-0.5 flex-none", tone === "error" && "text-failed", tone === "missing" && "text-missing")}
      />
      <p className="min-w-0 text-pretty [overflow-wrap:anywhere]">
        <b className="font-medium text-1">{title}</b> {children}
      </p>
    </div>
  );
}

/** Fields that the shown turn changed, with what they were. */
function changedValues(before: WorkflowNode | null, node: WorkflowNode): Map<string, JsonValue | undefined> {
  const changed = new Map<string, JsonValue | undefined>();
  if (!before) return changed;
  for (const key of new Set([...Object.keys(before.config), ...Object.keys(node.config)])) {
    if (JSON.stringify(before.config[key]) !== JSON.stringify(node.config[key])) changed.set(key, before.config[key]);
  }
  return changed;
}

function PanelFooter(props: Props) {
  const { node, editable, run, runShown } = props;
  return (
    <footer className="flex h-11 flex-none items-center gap-1.5 border-t border-line pr-2 pl-4 text-sm text-3">
      <span className="num flex min-w-0 flex-1 items-center gap-1.5">
        {runShown && run ? (
          `Run ${run.number}`
        ) : (
          <Origin
            key={node.id}
            nodeId={node.id}
            shownId={props.shownId}
            editCount={props.editCount}
            onShowTurn={props.onShowTurn}
          />
        )}
      </span>
      {runShown && props.runFrom && (
        <Button variant="line" size="xs" onClick={props.runFrom} title="Executes this step and what comes after it">
          Run from here
        </Button>
      )}
      {(editable || (props.runFrom && !runShown)) && (
        <Menu
          side="top"
          trigger={
            <IconButton label="More about this step" size="sm">
              <Ellipsis size={16} strokeWidth={1.75} aria-hidden="true" />
            </IconButton>
          }
        >
          {props.runFrom && !runShown && (
            <MenuItem icon={<Play size={16} strokeWidth={1.75} aria-hidden="true" />} onSelect={props.runFrom}>
              Run from here
            </MenuItem>
          )}
          {editable && (
            <MenuItem
              icon={<Trash2 size={16} strokeWidth={1.75} aria-hidden="true" />}
              onSelect={() => props.onEdits([{ op: "remove_node", id: node.id, bridge: true }])}
              hint="Del"
            >
              Remove this step
            </MenuItem>
          )}
          {editable && node.position !== null && (
            <MenuItem onSelect={() => props.onEdits([{ op: "place_node", id: node.id, position: null }])}>
              Let it be placed again
            </MenuItem>
          )}
        </Menu>
      )}
    </footer>
  );
}
