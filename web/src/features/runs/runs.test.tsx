import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { TEST_CATALOGUE } from "@/model/testing";
import { at, makeRun, makeStep } from "@/model/testing-runs";
import { makeNode, type WorkflowData } from "@/model/workflow";
import type { RunButtonProps } from "./props";
import { RunButton } from "./RunButton";
import { RunsPanel } from "./RunsPanel";
import { inputFrom, triggersOf } from "./run-input";
import { Scrubber } from "./Scrubber";

const chat: WorkflowData = { name: "", nodes: [makeNode("ask", "chat_trigger", "Question arrives")], edges: [] };

function runButton(rest: Partial<RunButtonProps> = {}) {
  const props: RunButtonProps = {
    workflow: chat,
    catalogue: TEST_CATALOGUE,
    firstMissing: null,
    running: false,
    quiet: false,
    disabledReason: null,
    onOpenMissing: vi.fn(),
    onRun: vi.fn().mockResolvedValue(undefined),
    onStop: vi.fn(),
    ...rest,
  };
  render(<RunButton {...props} />);
  return props;
}

describe("Run", () => {
  it("asks for the question and starts with it", async () => {
    const { onRun } = runButton();
    await userEvent.click(screen.getByRole("button", { name: "Run" }));
    await userEvent.type(await screen.findByLabelText("Question"), "Why?{Enter}");
    expect(onRun).toHaveBeenCalledWith({ message: "Why?" }, "ask");
  });

  it("opens the first missing field instead of running", async () => {
    const { onOpenMissing, onRun } = runButton({ firstMissing: "find" });
    await userEvent.click(screen.getByRole("button", { name: "Run" }));
    expect(onOpenMissing).toHaveBeenCalledWith("find");
    expect(onRun).not.toHaveBeenCalled();
  });

  it("keeps the question when the server refuses, and says why", async () => {
    runButton({ onRun: vi.fn().mockRejectedValue(new Error("The reply is still being written.")) });
    await userEvent.click(screen.getByRole("button", { name: "Run" }));
    await userEvent.type(await screen.findByLabelText("Question"), "Why?{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent("The reply is still being written.");
    expect(screen.getByLabelText("Question")).toHaveValue("Why?");
  });

  it("is Stop while a run lives", async () => {
    const { onStop } = runButton({ running: true });
    await userEvent.click(screen.getByRole("button", { name: "Stop" }));
    expect(onStop).toHaveBeenCalled();
  });
});

describe("a run's input", () => {
  it("starts from what a person can start first", () => {
    const both = { ...chat, nodes: [makeNode("hand", "manual_trigger", "By hand"), ...chat.nodes] };
    expect(triggersOf(both, TEST_CATALOGUE).map((trigger) => trigger.node.id)).toEqual(["ask", "hand"]);
  });

  it("takes a text or JSON, and says when JSON is broken", () => {
    expect(inputFrom("free", " hello ")).toBe("hello");
    expect(inputFrom("free", '{"a": 1}')).toEqual({ a: 1 });
    expect(inputFrom("payload", "")).toBeNull();
    expect(() => inputFrom("free", "{a: 1}")).toThrow("check brackets");
    expect(() => inputFrom("question", "  ")).toThrow("Type a question first");
  });
});

const done = (node_id: string, from: number, to: number) =>
  makeStep(node_id, { started_at: at(from), finished_at: at(to) });

const run = makeRun({
  number: 11,
  input: { message: "Why?" },
  input_text: "Why?",
  output: { value: "Because [1].", citations: [], built_in: true },
  built_in: true,
  steps: [done("ask", 0, 100), done("find", 100, 900), done("write", 900, 2000)],
  last_seq: 9,
  finished_at: at(2000),
});

describe("the scrubber", () => {
  it("steps from start to start, by button and by key", async () => {
    const onAt = vi.fn();
    render(<Scrubber run={run} labelOf={(id) => id} at={100} onAt={onAt} onExit={vi.fn()} />);
    await userEvent.click(screen.getByRole("button", { name: "Next step" }));
    expect(onAt).toHaveBeenLastCalledWith(900);
    await userEvent.click(screen.getByRole("button", { name: "Previous step" }));
    expect(onAt).toHaveBeenLastCalledWith(0);
    screen.getByRole("slider", { name: "Time in the run" }).focus();
    await userEvent.keyboard("{End}");
    expect(onAt).toHaveBeenLastCalledWith(2000);
  });

  it("says where it stands, and that nothing is executed", () => {
    render(<Scrubber run={run} labelOf={(id) => `Step ${id}`} at={500} onAt={vi.fn()} onExit={vi.fn()} />);
    expect(screen.getByRole("slider")).toHaveAttribute("aria-valuetext", "0.50 s: Step find");
    expect(screen.getByText("Recorded. Nothing is executed.")).toBeInTheDocument();
  });
});

describe("the list of runs", () => {
  const panel = {
    error: null,
    filter: "all" as const,
    hasMore: false,
    shown: null,
    replaying: false,
    onFilter: vi.fn(),
    onMore: vi.fn(),
    onRetry: vi.fn(),
    onPick: vi.fn(),
    onReplay: vi.fn(),
    onAgain: vi.fn().mockRejectedValue(new Error("A run of this chat is still going on.")),
    onLeave: vi.fn(),
    onCitation: vi.fn(),
    onClose: vi.fn(),
  };

  it("says what comes here while there is none, and what failed", () => {
    const { rerender } = render(<RunsPanel {...panel} runs={[]} />);
    expect(screen.getByText("Runs of this chat will be listed here, newest first.")).toBeInTheDocument();
    rerender(<RunsPanel {...panel} runs={null} error="The server did not answer." />);
    expect(screen.getByRole("alert")).toHaveTextContent("The server did not answer.");
  });

  it("picks a run, and replays the shown one", async () => {
    render(<RunsPanel {...panel} runs={[run]} shown={run} />);
    await userEvent.click(screen.getByRole("button", { name: /Run 11/ }));
    expect(panel.onPick).toHaveBeenCalledWith("r1");
    await userEvent.click(screen.getByRole("button", { name: "Replay" }));
    expect(panel.onReplay).toHaveBeenCalledWith("r1");
    await userEvent.click(screen.getByRole("button", { name: "Run again" }));
    expect(panel.onAgain).toHaveBeenCalledWith(expect.objectContaining({ id: "r1" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("still going on");
  });
});
