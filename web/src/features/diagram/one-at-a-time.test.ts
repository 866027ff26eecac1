import { expect, it } from "vitest";
import { oneAtATime } from "./one-at-a-time";

it("does the first and the newest of what came while it was busy", async () => {
  const ask = oneAtATime();
  const done: number[] = [];
  const free: (() => void)[] = [];
  for (const number of [1, 2, 3]) {
    ask(async () => {
      await new Promise<void>((resolve) => free.push(resolve));
      done.push(number);
    });
  }
  expect(free).toHaveLength(1);
  free[0]?.();
  await expect.poll(() => free.length).toBe(2);
  free[1]?.();
  await expect.poll(() => done).toEqual([1, 3]);
});
