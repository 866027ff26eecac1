import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { timelineOf } from "@/model/replay";
import { TEST_CATALOGUE } from "@/model/testing";
import { at, makeRun, makeStep } from "@/model/testing-runs";
import { makeNode, type WorkflowData } from "@/model/workflow";
import { CompareDialog } from "./CompareDialog";
import { shapesOf } from "./Lanes";
import type { RunButtonProps } from "./props";
import { RepeatQuestion } from "./RepeatQuestion";
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

describe("the lanes of a replay", () => {
  it("draw two thousand steps with no more shapes than there are pixels, and lose no failure among them", () => {
    const steps = Array.from({ length: 2000 }, (_, index) =>
      makeStep("a", {
        path: String(index),
        started_at: at(index * 5),
        finished_at: at(index * 5 + 4),
        ...(index === 700 && { status: "failed" as const, error: { error: "e", message: "No." } }),
      }),
    );
    const shapes = shapesOf(timelineOf(makeRun({ steps, finished_at: at(10_000) })), 700, 8);
    expect(shapes.done.split("M").length).toBeLessThan(20);
    expect(shapes.dots.split("M").length).toBeLessThan(360);
    expect(shapes.failed).not.toBe("");
    expect(shapes.octagons).not.toBe("");
  });

  it("tell by shape what was taken from an earlier run and what was executed because it changed", () => {
    const of = (source: "live" | "recorded" | "edited", from: number) =>
      makeStep(source, { source, started_at: at(from), finished_at: at(from + 900) });
    const run = makeRun({ steps: [of("recorded", 0), of("edited", 1000), of("live", 2000)], finished_at: at(2900) });
    const { recorded, edited, done } = shapesOf(timelineOf(run), 600, 8);
    expect([recorded, edited, done].map((path) => path.split("M").length - 1)).toEqual([1, 2, 1]);
    render(<Scrubber run={run} labelOf={(id) => id} at={0} onAt={vi.fn()} onExit={vi.fn()} />);
    expect(screen.getByRole("list", { name: "Bars" })).toHaveTextContent("LiveRecordedEdited");
  });
});

describe("the question before something is done twice", () => {
  const steps = [{ key: "send@2", label: "Send mail", turn: "Item 3 of 12" }];

  it("names a step of a loop once, with the first of its turns", () => {
    const many = [1, 2, 3, 4, 5].map((item) => ({
      key: `send@${item}`,
      label: "Send mail",
      turn: `Item ${item} of 5`,
    }));
    render(<RepeatQuestion steps={many} onAnswer={vi.fn()} onClose={vi.fn()} />);
    expect(screen.getAllByRole("listitem")).toHaveLength(1);
    expect(screen.getByRole("listitem")).toHaveTextContent("Item 1 of 5, Item 2 of 5, Item 3 of 5 and 2 more");
  });

  it("names the steps and takes one of three answers", async () => {
    const onAnswer = vi.fn().mockResolvedValue(undefined);
    const onClose = vi.fn();
    render(<RepeatQuestion steps={steps} onAnswer={onAnswer} onClose={onClose} />);
    expect(screen.getByRole("list", { name: "Steps that would be done again" })).toHaveTextContent(
      "Send mailItem 3 of 12",
    );
    await userEvent.click(screen.getByRole("button", { name: "Do them again" }));
    expect(onAnswer).toHaveBeenLastCalledWith("repeat");
    await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
    expect(onClose).toHaveBeenCalled();
  });

  it("keeps what was recorded, and stays with the reason when the server refuses", async () => {
    const onAnswer = vi.fn().mockRejectedValue(new Error("Run 3 has not ended yet."));
    render(<RepeatQuestion steps={steps} onAnswer={onAnswer} onClose={vi.fn()} />);
    await userEvent.click(screen.getByRole("button", { name: "Keep what was recorded" }));
    expect(onAnswer).toHaveBeenLastCalledWith("keep");
    expect(await screen.findByRole("alert")).toHaveTextContent("Run 3 has not ended yet.");
  });
});

describe("two runs side by side", () => {
  const flow = { name: "", nodes: [makeNode("ask", "llm", "Ask"), makeNode("find", "llm", "Find")], edges: [] };
  const given = (text: string, rest = {}) => makeStep("find", { output: { text }, ...rest });
  const left = makeRun({ id: "a", number: 10, steps: [makeStep("ask"), given("five days")] });
  const right = makeRun({ id: "b", number: 11, steps: [makeStep("ask"), given("ten days", { finished_at: at(300) })] });
  const acts = { error: null, turnOf: () => "", onPick: vi.fn(), onStep: vi.fn(), onClose: vi.fn() };

  it("says how many steps differ, shows only those when asked, and where what they gave parts", async () => {
    tall();
    render(<CompareDialog left={left} right={right} runs={[right, left]} workflows={[flow, flow]} {...acts} />);
    expect(screen.getByRole("status")).toHaveTextContent("1 of 2 steps differ.");
    const rows = () => within(screen.getByRole("list", { name: "Steps" })).getAllByRole("listitem");
    expect(rows()).toHaveLength(2);
    await userEvent.click(screen.getByRole("radio", { name: "Differences" }));
    expect(rows()).toHaveLength(1);
    await userEvent.click(screen.getByRole("button", { name: /Find/ }));
    const marks = within(screen.getByRole("region", { name: "Output on the right" })).getByText("ten");
    expect(marks.tagName).toBe("MARK");
    await userEvent.click(screen.getAllByRole("button", { name: "Show on the diagram" })[1] as HTMLElement);
    expect(acts.onStep).toHaveBeenCalledWith("right", right.steps[1]);
    await userEvent.selectOptions(screen.getByLabelText("Run on the left"), "b");
    expect(acts.onPick).toHaveBeenCalledWith("left", "b");
  });

  it("draws only what is near the screen of thousands of steps", () => {
    tall();
    const many = Array.from({ length: 3000 }, (_, index) => makeStep("find", { path: String(index) }));
    const long = { ...left, steps: many };
    render(<CompareDialog left={long} right={long} runs={[]} workflows={[flow, flow]} {...acts} />);
    expect(screen.getByRole("status")).toHaveTextContent("The same came out of all 3,000 steps.");
    expect(within(screen.getByRole("list", { name: "Steps" })).getAllByRole("listitem").length).toBeLessThan(60);
  });
});

/** jsdom lays nothing out: without a height a virtual list is empty. */
function tall() {
  vi.spyOn(Element.prototype, "clientHeight", "get").mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(60);
}

describe("the list of runs", () => {
  beforeEach(tall);

  const panel = {
    error: null,
    filter: "all" as const,
    hasMore: false,
    loadingMore: false,
    numberOf: () => 10,
    labelOf: (id: string) => `Step ${id}`,
    turnOf: () => "Item 37 of 120",
    shown: null,
    replaying: false,
    movedOn: false,
    onFilter: vi.fn(),
    onMore: vi.fn(),
    onRetry: vi.fn(),
    onPick: vi.fn(),
    onReplay: vi.fn(),
    onAgain: vi.fn().mockRejectedValue(new Error("A run of this chat is still going on.")),
    onRetryFailed: vi.fn().mockResolvedValue(undefined),
    onPause: vi.fn().mockResolvedValue(undefined),
    onCompare: vi.fn(),
    onStep: vi.fn(),
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

  it("tells of each run its input, outcome, time, cost and the run it came from", () => {
    const failed = makeRun({
      ...{ id: "r2", number: 12, status: "failed", from_run_id: "r1", from_node_id: "write" },
      error: { error: "e", message: "The mail server refused." },
      failed: { node_id: "send", path: "36" },
      usage: { input_tokens: 600, output_tokens: 40, cost: 0.0021 },
    });
    render(<RunsPanel {...panel} runs={[failed, run]} />);
    const rows = screen.getAllByRole("listitem");
    expect(rows[0]).toHaveTextContent(/Run 12\s*0\.10 s, 640 tokens, \$0\.0021/);
    expect(rows[0]).toHaveTextContent("From step Step write of run 10");
    expect(rows[0]).toHaveTextContent("Step send, item 37: The mail server refused.");
    expect(rows[1]).toHaveTextContent("Why?");
  });

  it("puts what failed first, named by its turn, and leads to it on the diagram", async () => {
    const step = makeStep("send", { path: "36", status: "failed", error: { error: "e", message: "No." } });
    const stopped = makeStep("send", {
      path: "37",
      status: "failed",
      error: { error: "stopped", message: "Stopped." },
    });
    const steps = [makeStep("ask"), stopped, step];
    const failed = makeRun({ status: "failed", steps, error: { error: "e", message: "No." } });
    render(<RunsPanel {...panel} runs={[failed]} shown={failed} movedOn />);
    await userEvent.click(screen.getByRole("button", { name: /Step send, item 37 of 120/ }));
    expect(panel.onStep).toHaveBeenCalledWith(step);
    expect(screen.queryByText("Stopped.")).not.toBeInTheDocument();
    expect(screen.getByText(/The diagram was changed since/)).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Retry from failed" }));
    expect(panel.onRetryFailed).toHaveBeenCalledWith(failed);
  });

  it("holds a run that lives, and lets it go on", async () => {
    const living = makeRun({ status: "running", finished_at: null });
    const { rerender } = render(<RunsPanel {...panel} runs={[living]} shown={living} />);
    await userEvent.click(screen.getByRole("button", { name: "Pause" }));
    expect(panel.onPause).toHaveBeenCalledWith(living);
    rerender(<RunsPanel {...panel} runs={[living]} shown={{ ...living, status: "waiting", paused: true }} />);
    expect(screen.getByRole("button", { name: "Resume" })).toBeInTheDocument();
  });

  it("draws only the rows near the screen of thousands, and asks for more as one comes near the end", () => {
    const many = Array.from({ length: 3000 }, (_, index) => makeRun({ id: `r${index}`, number: 3000 - index }));
    const { rerender } = render(<RunsPanel {...panel} runs={many} hasMore />);
    expect(screen.getAllByRole("listitem").length).toBeLessThan(60);
    expect(panel.onMore).not.toHaveBeenCalled();
    rerender(<RunsPanel {...panel} runs={many.slice(0, 12)} hasMore />);
    expect(panel.onMore).toHaveBeenCalled();
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
