import { fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { createRef } from "react";
import { expect, it, vi } from "vitest";
import type { Message } from "@/model/message";
import { Composer } from "./Composer";
import { EditList } from "./EditList";
import { spent } from "./Meter";
import { plannerRequest } from "./planner-choice";
import type { RunCardView } from "./props";
import { Reply } from "./Reply";
import { RunCard } from "./RunCard";
import { Siblings } from "./Siblings";
import { chainOf } from "./Welcome";

const base: Message = {
  id: "a1",
  chat_id: "c",
  parent_id: "u1",
  role: "assistant",
  content: "Done.",
  edits: [],
  changes: [],
  rejected: [],
  workflow_data: null,
  summaries: {},
  layout: null,
  issues: [],
  question: null,
  suggestions: [],
  siblings: ["a1"],
  status: "done",
  error: null,
  planner: "builtin",
  model: null,
  usage: { input_tokens: 0, output_tokens: 0, seconds: 0.08, cost: null },
  created_at: "2026-11-20T10:00:00Z",
  finished_at: null,
};

const acts = {
  nodes: new Map<string, string>(),
  onNode: vi.fn(),
  onUndo: vi.fn(),
  onSay: vi.fn(),
  onAgain: vi.fn(),
  onSwitch: vi.fn(),
  model: null,
};

function composer(text: string, patch: Partial<Parameters<typeof Composer>[0]> = {}) {
  const onSend = vi.fn();
  render(
    <Composer
      field={createRef()}
      text={text}
      onText={vi.fn()}
      onSend={onSend}
      onStop={null}
      sending={false}
      placeholder=""
      note={null}
      meter={null}
      planner={{ value: "builtin", onChange: vi.fn(), choices: [{ value: "builtin", label: "Built-in" }] }}
      {...patch}
    />,
  );
  return { onSend, box: screen.getByRole("textbox", { name: "Message" }) };
}

it("sends on Enter, and makes a line on Shift+Enter", () => {
  const { onSend, box } = composer("Ask leads");
  fireEvent.keyDown(box, { key: "Enter", shiftKey: true });
  expect(onSend).not.toHaveBeenCalled();
  fireEvent.keyDown(box, { key: "Enter" });
  expect(onSend).toHaveBeenCalledTimes(1);
});

it("sends nothing while a word is being composed", () => {
  const { onSend, box } = composer("にほん");
  fireEvent.keyDown(box, { key: "Enter", isComposing: true });
  expect(onSend).not.toHaveBeenCalled();
});

it("sends nothing while there is nothing to send", () => {
  const { onSend, box } = composer("  ");
  fireEvent.keyDown(box, { key: "Enter" });
  expect(onSend).not.toHaveBeenCalled();
});

it("offers Stop in the place of Send while a reply streams", async () => {
  const onStop = vi.fn();
  composer("Next", { onStop });
  expect(screen.queryByRole("button", { name: "Send" })).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Stop the reply" }));
  expect(onStop).toHaveBeenCalledTimes(1);
});

it("undoes one change by its edits, or all of them", async () => {
  const onUndo = vi.fn();
  const message: Message = {
    ...base,
    changes: [
      { sign: "added", node_id: "search", title: "Search handbook", detail: "after Question arrives", seqs: [0, 1] },
      { sign: "removed", node_id: "slack", title: "Slack", detail: "", seqs: [2] },
    ],
    rejected: [{ edit: null, reason: "this edge would close a circle" }],
  };
  render(<EditList message={message} onNode={vi.fn()} onUndo={onUndo} />);
  await userEvent.click(screen.getByRole("button", { name: "Undo: Search handbook after Question arrives" }));
  expect(onUndo).toHaveBeenLastCalledWith(message, [0, 1]);
  await userEvent.click(screen.getByRole("button", { name: "Undo all" }));
  expect(onUndo).toHaveBeenLastCalledWith(message, null);
  expect(screen.getByText("this edge would close a circle", { exact: false })).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Slack" })).toBeNull();
});

it("says how a reply ended and what is kept, and tries again", async () => {
  const message: Message = {
    ...base,
    status: "failed",
    error: { error: "model_silent", message: "The model did not answer within 60 s." },
    changes: [{ sign: "added", node_id: "a", title: "A", detail: "", seqs: [0] }],
  };
  render(<Reply {...acts} asked="What does the second step do?" message={message} isNewest />);
  expect(screen.getByRole("alert")).toHaveTextContent(
    "The reply stopped. The model did not answer within 60 s. The change made so far is kept.",
  );
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(acts.onAgain).toHaveBeenCalledWith(message);
});

it("asks a question with its choices once, and only under the newest reply", async () => {
  const question = { text: "Which collection is “our handbook”?", choices: ["hr", "it"] };
  const { rerender } = render(
    <Reply {...acts} asked="What does the second step do?" message={{ ...base, question }} isNewest />,
  );
  await userEvent.click(screen.getByRole("button", { name: "hr" }));
  expect(acts.onSay).toHaveBeenCalledWith("hr");
  expect(screen.getByText(question.text)).toBeInTheDocument();
  rerender(
    <Reply
      {...acts}
      asked="What does the second step do?"
      message={{ ...base, question, content: `Built. ${question.text}` }}
      isNewest={false}
    />,
  );
  expect(screen.queryByRole("button", { name: "hr" })).toBeNull();
  expect(screen.queryByText(question.text, { exact: true })).toBeNull();
});

it("switches between the variants of a message", async () => {
  const onSwitch = vi.fn();
  render(<Siblings message={{ ...base, siblings: ["a0", "a1", "a2"] }} what="the reply" onSwitch={onSwitch} />);
  expect(screen.getByText("2/3")).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Next version of the reply" }));
  expect(onSwitch).toHaveBeenCalledWith("a2");
});

it("says what a turn cost and whose work it was", () => {
  expect(spent(base)).toBe("0.08 s, 0 tokens, built-in");
  const usage = { input_tokens: 1200, output_tokens: 40, seconds: 2.34, cost: null };
  expect(spent({ ...base, planner: "model", model: "qwen2.5:7b", usage })).toBe("2.3 s, 1,240 tokens, qwen2.5:7b");
  const paid = { ...usage, cost: 0.0341 };
  expect(spent({ ...base, planner: "model", model: "gpt-5", usage: paid })).toBe("2.3 s, 1,240 tokens, $0.034, gpt-5");
});

it("asks for a model by its name, and otherwise for a planner", () => {
  expect(plannerRequest("auto")).toEqual({ planner: "auto", model: null });
  expect(plannerRequest("qwen2.5:7b")).toEqual({ planner: "model", model: "qwen2.5:7b" });
});

it("shows each kind of step once in an example's chain", () => {
  const node = (id: string, type: string) => ({
    id,
    type,
    label: id,
    config: {},
    parent: null,
    position: null,
    retry: null,
    timeout: null,
    on_error: null,
  });
  const nodes = [node("a", "chat_trigger"), node("b", "slack_message"), node("c", "slack_message"), node("d", "note")];
  expect(chainOf({ name: "", nodes, edges: [] }).map((each) => each.id)).toEqual(["a", "b"]);
});

it("suggests what may come next, but not what was just asked", () => {
  const asked = "What does the second step do?";
  render(<Reply {...acts} asked={asked} message={{ ...base, suggestions: ["Make it shorter", asked] }} isNewest />);
  const suggestions = screen.getByRole("group", { name: "Suggestions" });
  expect(
    within(suggestions)
      .getAllByRole("button")
      .map((chip) => chip.textContent),
  ).toEqual(["Make it shorter"]);
});

it("leads from a run that waits to the step that asks", async () => {
  const onStep = vi.fn();
  const run: RunCardView = {
    ...{ id: "r1", number: 2, messageId: "m1", status: "waiting", asked: "", segments: [], seconds: null },
    ...{ answer: null, error: null, asksAt: "approve", paused: false },
  };
  render(
    <RunCard run={run} onSeen={vi.fn()} onOpen={vi.fn()} onReplay={vi.fn()} onStep={onStep} onCitation={vi.fn()} />,
  );
  await userEvent.click(screen.getByRole("button", { name: "Show step" }));
  expect(onStep).toHaveBeenCalledWith("r1", "approve");
});

it("says whose work a reply is and asks the other planner on a click", async () => {
  const usage = { input_tokens: 0, output_tokens: 0, seconds: 0.08, cost: null };
  const message: Message = { ...base, planner: "builtin", usage };
  const { rerender } = render(<Reply {...acts} asked="Why?" message={message} isNewest />);
  expect(screen.getByText("0.08 s, 0 tokens, built-in")).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: /^Ask / })).toBeNull();
  rerender(<Reply {...acts} model="qwen2.5:7b" asked="Why?" message={message} isNewest />);
  await userEvent.click(screen.getByRole("button", { name: "Ask qwen2.5:7b" }));
  expect(acts.onAgain).toHaveBeenLastCalledWith(message, "qwen2.5:7b");
  const other: Message = { ...base, planner: "model", model: "qwen2.5:7b", usage };
  rerender(<Reply {...acts} model="qwen2.5:7b" asked="Why?" message={other} isNewest />);
  await userEvent.click(screen.getByRole("button", { name: "Ask the built-in planner" }));
  expect(acts.onAgain).toHaveBeenLastCalledWith(other, "builtin");
});
