import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { Schema } from "@/model/catalogue";
import { makeRun, makeStep } from "@/model/testing-runs";
import { EMPTY_WORKFLOW, makeNode } from "@/model/workflow";
import { SchemaForm } from "./SchemaForm";
import { StepResult } from "./StepResult";
import { emptyRecord, fieldsOf, fromText } from "./schema";
import { TemplateInput } from "./TemplateInput";
import { ValueView } from "./ValueView";

const schema: Schema = {
  $defs: {
    Case: {
      type: "object",
      required: ["name", "expression"],
      properties: {
        name: { type: "string", title: "Name", "x-kind": "plain" },
        expression: { type: "string", title: "When", "x-kind": "expression" },
      },
    },
  },
  required: ["prompt"],
  properties: {
    prompt: { type: "string", title: "Prompt", "x-kind": "text" },
    method: { enum: ["GET", "POST"], default: "GET", title: "Method", "x-kind": "plain" },
    temperature: {
      anyOf: [{ type: "number", minimum: 0, maximum: 2 }, { type: "null" }],
      default: null,
      title: "Temperature",
    },
    strict: { type: "boolean", default: false, title: "Strict" },
    cases: { type: "array", items: { $ref: "#/$defs/Case" }, title: "Cases" },
    headers: {
      type: "object",
      additionalProperties: { type: "string" },
      default: {},
      title: "Headers",
      "x-kind": "template",
    },
    labels: { type: "array", items: { type: "string" }, title: "Labels" },
    collection: { type: "string", title: "Collection", "x-kind": "collection" },
    items: { title: "Items", "x-kind": "template" },
  },
};

function form(config = {}, rest: Partial<Parameters<typeof SchemaForm>[0]> = {}) {
  const onChange = vi.fn();
  render(
    <SchemaForm
      schema={schema}
      config={config}
      issues={[]}
      changed={new Map()}
      references={[{ path: "input.message", from: "Question arrives", type: "string" }]}
      collections={["Handbook", "Contracts"]}
      disabled={false}
      onChange={onChange}
      {...rest}
    />,
  );
  return onChange;
}

describe("a form from a schema", () => {
  it("finds the control that each field asks for", () => {
    expect(fieldsOf(schema).map((field) => [field.key, field.control])).toEqual([
      ["prompt", "text"],
      ["method", "choice"],
      ["temperature", "number"],
      ["strict", "boolean"],
      ["cases", "records"],
      ["headers", "map"],
      ["labels", "list"],
      ["collection", "collection"],
      ["items", "line"],
    ]);
  });

  it("saves a text when it is left, and a choice at once", async () => {
    const onChange = form({ prompt: "Old" });
    await userEvent.type(screen.getByLabelText("Prompt"), " and new");
    expect(onChange).not.toHaveBeenCalled();
    await userEvent.tab();
    expect(onChange).toHaveBeenCalledWith("prompt", "Old and new");
    await userEvent.selectOptions(screen.getByLabelText("Method"), "POST");
    expect(onChange).toHaveBeenCalledWith("method", "POST");
  });

  it("keeps a number within its bounds, and takes an empty one back", async () => {
    const onChange = form({ temperature: 1 });
    const field = screen.getByLabelText("Temperature");
    await userEvent.clear(field);
    await userEvent.type(field, "9{Enter}");
    expect(onChange).toHaveBeenLastCalledWith("temperature", 2);
    await userEvent.clear(field);
    await userEvent.tab();
    expect(onChange).toHaveBeenLastCalledWith("temperature", undefined);
  });

  it("adds, changes and removes records", async () => {
    const onChange = form({ cases: [{ name: "urgent", expression: "1" }] });
    const cases = screen.getByRole("group", { name: "Cases" });
    await userEvent.click(within(cases).getByRole("button", { name: "Add" }));
    expect(onChange).toHaveBeenLastCalledWith("cases", [
      { name: "urgent", expression: "1" },
      { name: "", expression: "" },
    ]);
    await userEvent.click(within(cases).getByRole("button", { name: "Remove urgent" }));
    expect(onChange).toHaveBeenLastCalledWith("cases", []);
  });

  it("saves a pair only once it has a name", async () => {
    const onChange = form({ headers: {} });
    const headers = screen.getByRole("group", { name: "Headers" });
    await userEvent.click(within(headers).getByRole("button", { name: "Add" }));
    expect(onChange).not.toHaveBeenCalled();
    await userEvent.type(within(headers).getByLabelText("Name"), "Accept");
    await userEvent.tab();
    expect(onChange).toHaveBeenLastCalledWith("headers", { Accept: "" });
  });

  it("offers the collections there are, and says when one is gone", () => {
    form({ collection: "Old manual" });
    const options = within(screen.getByLabelText("Collection")).getAllByRole("option");
    expect(options.map((option) => option.textContent)).toEqual([
      "Choose a collection",
      "Old manual (not there)",
      "Handbook",
      "Contracts",
    ]);
  });

  it("names what is missing in its own words and an error in red", () => {
    const issue = { code: "x", node_id: "n", edge_id: null };
    form(
      {},
      {
        issues: [
          { ...issue, level: "missing", message: "No prompt", field: "prompt" },
          { ...issue, level: "error", message: "Unknown method", field: "method" },
        ],
      },
    );
    expect(screen.getByText("No prompt")).toHaveClass("text-missing");
    expect(screen.getByLabelText("Method")).toHaveAccessibleDescription("Unknown method");
    expect(screen.getByLabelText("Method")).toBeInvalid();
  });

  it("reads JSON only where code is asked for", () => {
    expect(fromText('{"a": 1}', true)).toEqual({ a: 1 });
    expect(fromText('{"a": {{ x.y }}}', true)).toBe('{"a": {{ x.y }}}');
    expect(fromText("5", false)).toBe("5");
    expect(emptyRecord(fieldsOf(schema).find((field) => field.key === "cases")?.inner ?? [])).toEqual({
      name: "",
      expression: "",
    });
  });
});

describe("a template field", () => {
  it("inserts a reference where the cursor is", async () => {
    const onCommit = vi.fn();
    render(
      <TemplateInput
        value="Answer"
        label="Prompt"
        placeholder=""
        rows={4}
        disabled={false}
        references={[{ path: "input.message", from: "Question arrives", type: "string" }]}
        onCommit={onCommit}
      />,
    );
    await userEvent.click(screen.getByRole("button", { name: "Insert a value of an earlier step" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: /input\.message/ }));
    expect(onCommit).toHaveBeenCalledWith("Answer {{ input.message }}");
  });

  it("does not lose the words when the panel closes while one types", async () => {
    const onCommit = vi.fn();
    const { unmount } = render(
      <TemplateInput
        value=""
        label="Prompt"
        placeholder=""
        rows={4}
        disabled={false}
        references={null}
        onCommit={onCommit}
      />,
    );
    await userEvent.type(screen.getByLabelText("Prompt"), "Half a sen");
    unmount();
    expect(onCommit).toHaveBeenCalledWith("Half a sen");
  });
});

const waiting = makeStep("approve", {
  status: "waiting",
  input: { message: "Send it?" },
  output: null,
  wait: { until: null, for_person: true, message: "Send it?" },
  finished_at: null,
});
const run = makeRun({ status: "waiting", steps: [waiting], started_at: null, finished_at: null });

const acts = {
  workflow: EMPTY_WORKFLOW,
  fromNumber: null,
  asked: null,
  onDecide: vi.fn(),
  onSettle: vi.fn().mockResolvedValue(undefined),
  onStopRun: vi.fn().mockResolvedValue(undefined),
  onCitation: vi.fn(),
};

describe("a step's result", () => {
  it("asks whether a step in doubt happened, and says so when someone was first", async () => {
    const doubt = makeStep("send", { status: "in_doubt", output: null, finished_at: null });
    const onSettle = vi.fn().mockRejectedValueOnce(new Error("ada has said already that it happened."));
    const shown = { run: { ...run, steps: [doubt] }, node: makeNode("send", "email", "Send mail"), steps: [doubt] };
    const { rerender } = render(
      <StepResult {...shown} part="output" replaying={false} {...acts} onSettle={onSettle} />,
    );
    expect(screen.getByText(/The server stopped while/)).toHaveTextContent("Send mail was at work. Did it happen?");
    await userEvent.click(screen.getByRole("button", { name: "It happened, go on" }));
    expect(onSettle).toHaveBeenCalledWith({ node_id: "send", path: "", choice: "done" });
    expect(await screen.findByRole("alert")).toHaveTextContent("ada has said already");
    rerender(<StepResult {...shown} part="output" replaying {...acts} onSettle={onSettle} />);
    expect(screen.queryByRole("button", { name: "Do it again" })).not.toBeInTheDocument();
  });

  it("names the turn among all of its loop, walks from turn to turn and to what failed", async () => {
    const workflow = {
      ...EMPTY_WORKFLOW,
      nodes: [makeNode("each", "loop", "For each"), makeNode("draft", "llm", "Draft", { parent: "each" })],
    };
    const steps = Array.from({ length: 120 }, (_, index) =>
      makeStep("draft", {
        path: String(index),
        status: index === 36 ? "failed" : "done",
        error: index === 36 ? { error: "e", message: "The mail server refused." } : null,
        output: { text: `Turn ${index + 1}` },
      }),
    );
    const loop = makeStep("each", { input: { items: Array(120).fill(0), concurrency: 1, batch_size: 1 } });
    const shown = { run: makeRun({ steps: [loop, ...steps] }), node: workflow.nodes[1] ?? makeNode("", "", "") };
    const asked = { nodeId: "draft", path: "99", number: 1 };
    const item = () => screen.getByLabelText("Which time, by number");
    render(
      <StepResult
        {...shown}
        steps={steps}
        part="output"
        replaying={false}
        {...acts}
        workflow={workflow}
        asked={asked}
      />,
    );
    expect(item()).toHaveValue(100);
    expect(screen.getByText("of 120")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "The time before" }));
    expect(item()).toHaveValue(99);
    await userEvent.click(screen.getByRole("button", { name: "Show the one that failed" }));
    expect(item()).toHaveValue(37);
    expect(screen.getByText("The mail server refused.")).toBeInTheDocument();
    await userEvent.clear(item());
    await userEvent.type(item(), "5{Enter}");
    expect(item()).toHaveValue(5);
  });

  it("looks in a replay at the time that began last, and follows the cursor on", () => {
    const at = (path: string, rest = {}) => makeStep("draft", { path, output: { text: `Turn ${path}` }, ...rest });
    const first = [
      at("0", { status: "failed", error: { error: "e", message: "No." } }),
      at("1", { started_at: "2026-01-02T00:00:00Z" }),
    ];
    const node = makeNode("draft", "llm", "Draft");
    const view = (steps: typeof first) => ({ run: makeRun({ steps }), steps, node, part: "output" as const });
    const { rerender } = render(<StepResult {...view(first)} replaying {...acts} />);
    expect(screen.getByText("Turn 1")).toBeInTheDocument();
    const later = [...first, at("2", { started_at: "2026-01-03T00:00:00Z" })];
    rerender(<StepResult {...view(later)} replaying {...acts} />);
    expect(screen.getByText("Turn 2")).toBeInTheDocument();
  });

  it("takes a decision with its comment", async () => {
    const onDecide = vi.fn().mockResolvedValue(undefined);
    render(
      <StepResult
        run={run}
        node={makeNode("approve", "approval", "Approve")}
        steps={[waiting]}
        part="output"
        replaying={false}
        {...acts}
        onDecide={onDecide}
      />,
    );
    await userEvent.type(screen.getByLabelText("Comment"), "Fine");
    await userEvent.click(screen.getByRole("button", { name: "Approve" }));
    expect(onDecide).toHaveBeenCalledWith({ node_id: "approve", path: "", decision: "approved", comment: "Fine" });
  });

  it("asks nothing in a replay", () => {
    render(
      <StepResult
        run={run}
        node={makeNode("approve", "approval", "Approve")}
        steps={[waiting]}
        part="output"
        replaying
        {...acts}
      />,
    );
    expect(screen.queryByRole("button", { name: "Approve" })).not.toBeInTheDocument();
  });

  it("lets one pick the turn of a loop", async () => {
    const steps = ["0", "1"].map((path) => makeStep("draft", { path, output: { text: `Turn ${path}` } }));
    render(
      <StepResult
        run={{ ...run, status: "done" }}
        node={makeNode("draft", "llm", "Draft")}
        steps={steps}
        part="output"
        replaying={false}
        {...acts}
      />,
    );
    expect(screen.getByText("Turn 1")).toBeInTheDocument();
    await userEvent.selectOptions(screen.getByLabelText("Which time"), "Item 1, done");
    expect(screen.getByText("Turn 0")).toBeInTheDocument();
  });

  it("turns markers into links to their page", async () => {
    const onCitation = vi.fn();
    const citation = {
      marker: 1,
      chunk_id: "c",
      document_id: "d",
      document: "Handbook.pdf",
      page: 41,
      start: 3,
      end: 9,
    };
    render(<ValueView value={{ text: "Fourteen months [1].", citations: [citation] }} onCitation={onCitation} />);
    await userEvent.click(screen.getByRole("button", { name: "Source 1: Handbook.pdf, page 41" }));
    expect(onCitation).toHaveBeenCalledWith(citation);
  });

  it("folds long texts", async () => {
    render(<ValueView value={{ text: "word ".repeat(400) }} onCitation={vi.fn()} />);
    const before = screen.getByText(/word/).textContent?.length ?? 0;
    await userEvent.click(screen.getByRole("button", { name: "Show all" }));
    expect(screen.getByText(/word/).textContent?.length).toBeGreaterThan(before);
  });
});
