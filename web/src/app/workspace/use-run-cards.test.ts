import { expect, it } from "vitest";
import { at, makeRun } from "@/model/testing-runs";
import { askedIn, cardOf } from "./use-run-cards";

const run = makeRun({
  number: 14,
  input: { message: "How much parental leave do I get?" },
  output: { value: "Up to 14 months [1].", citations: [], built_in: true },
  finished_at: at(9400),
});

it("shows a run's question, answer and duration", () => {
  const card = cardOf(run, run);
  expect(card.asked).toBe("How much parental leave do I get?");
  expect(card.answer).toEqual({ text: "Up to 14 months [1].", citations: [], builtIn: true });
  expect(card.seconds).toBeCloseTo(9.4);
});

it("shows an answer that is not text as it is", () => {
  const whole = { ...run, output: { value: { total: 3 }, citations: [], built_in: false } };
  const card = cardOf(whole, whole);
  expect(card.answer?.text).toContain('"total": 3');
});

it("shows the beginnings until the whole run is there", () => {
  const card = cardOf({ ...run, input_text: "How much\u2026", answer_text: "Up to\u2026", built_in: true }, null);
  expect(card.asked).toBe("How much\u2026");
  expect(card.answer).toEqual({ text: "Up to\u2026", citations: [], builtIn: true });
});

it("says nothing for an empty input and all of an unknown one", () => {
  expect(askedIn(null)).toBe("");
  expect(askedIn({})).toBe("");
  expect(askedIn({ sku: 4 })).toBe('{"sku":4}');
});
