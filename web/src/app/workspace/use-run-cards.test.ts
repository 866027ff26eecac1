import { expect, it } from "vitest";
import { at, makeRun, makeStep } from "@/model/testing-runs";
import { cardOf } from "./use-run-cards";

const run = makeRun({
  number: 14,
  input_text: "How much parental leave do I get?",
  answer_text: "Up to 14 months [1].",
  built_in: true,
  output: { value: "Up to 14 months [1].", citations: [], built_in: true },
  finished_at: at(9400),
});

it("shows a run's question, answer and duration", () => {
  const card = cardOf(run, null, run.output);
  expect(card.asked).toBe("How much parental leave do I get?");
  expect(card.answer).toEqual({ text: "Up to 14 months [1].", citations: [], builtIn: true });
  expect(card.seconds).toBeCloseTo(9.4);
});

it("shows an answer that is not text as it is", () => {
  const card = cardOf(run, null, { value: { total: 3 }, citations: [], built_in: false });
  expect(card.answer?.text).toContain('"total": 3');
});

it("shows the beginning of an answer until it is there whole", () => {
  expect(cardOf(run, null, null).answer).toEqual({ text: "Up to 14 months [1].", citations: [], builtIn: true });
});

it("leads to a step that is in doubt as to one that asks", () => {
  const live = makeRun({ status: "waiting", steps: [makeStep("send", { status: "in_doubt" })] });
  expect(cardOf(run, live, null).asksAt).toBe("send");
});
