import { beforeEach, expect, it } from "vitest";
import { plannerRequest, usePlannerChoices } from "./planner-choice";

beforeEach(() => usePlannerChoices.setState({ byChat: {}, last: "auto" }));

it("remembers who plans chat by chat; a new chat starts with the last choice", () => {
  const { choose } = usePlannerChoices.getState();
  choose("a", "builtin");
  choose("b", "qwen2.5:7b");
  expect(usePlannerChoices.getState()).toMatchObject({ byChat: { a: "builtin", b: "qwen2.5:7b" }, last: "qwen2.5:7b" });
  choose(null, "auto");
  expect(usePlannerChoices.getState()).toMatchObject({ byChat: { a: "builtin", b: "qwen2.5:7b" }, last: "auto" });
});

it("keeps the newest two hundred", () => {
  for (let number = 0; number < 250; number += 1) usePlannerChoices.getState().choose(`chat ${number}`, "builtin");
  const kept = Object.keys(usePlannerChoices.getState().byChat);
  expect([kept.length, kept[0]]).toEqual([200, "chat 50"]);
});

it("asks for a planner, or for the model of a name", () => {
  expect(plannerRequest("auto")).toEqual({ planner: "auto", model: null });
  expect(plannerRequest("gpt-5")).toEqual({ planner: "model", model: "gpt-5" });
});
