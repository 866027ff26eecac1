import { expect, it } from "vitest";
import { clampPercent } from "./pane-sizes";

it("keeps both neighbours at their least", () => {
  expect(clampPercent(20, 200, 800, 1440)).toBe(20);
  expect(clampPercent(5, 200, 800, 1000)).toBe(20);
  expect(clampPercent(95, 200, 800, 1000)).toBe(80);
});

it("prefers the pane's own least where there is no room for both", () => {
  expect(clampPercent(50, 360, 100, 720)).toBe(50);
});
