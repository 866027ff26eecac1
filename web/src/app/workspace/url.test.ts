import { expect, it } from "vitest";
import { movedTo, type Place, readPlace, writePlace } from "./url";

const here: Place = { chat: "c1", message: "m1", run: "r1", at: 2900, with: "r0", node: "search" };

it("writes an address that reads back as the same place", () => {
  expect(readPlace(new URLSearchParams(writePlace(here).slice(2)))).toEqual(here);
  expect(writePlace({ chat: null, message: null, run: null, at: null, with: null, node: null })).toBe("/");
});

it("reads nonsense in at as not replaying", () => {
  expect(readPlace(new URLSearchParams("run=r1&at=soon")).at).toBeNull();
  expect(readPlace(new URLSearchParams("run=r1&at=-4")).at).toBeNull();
});

it("forgets message, run and node when the chat changes", () => {
  expect(movedTo(here, { chat: "c2" })).toEqual({
    ...{ chat: "c2", message: null, run: null, at: null, with: null, node: null },
  });
});

it("forgets the moment of a replay and what is compared with the run", () => {
  expect(movedTo(here, { run: null })).toMatchObject({ at: null, with: null });
});
