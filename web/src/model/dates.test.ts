import { expect, it } from "vitest";
import { daysBetween, groupName, shortTime } from "./dates";

const now = new Date(2026, 10, 20, 11, 0);

it("groups by day, then by week, then by month", () => {
  expect(groupName(new Date(2026, 10, 20, 0, 1), now)).toBe("Today");
  expect(groupName(new Date(2026, 10, 19, 23, 59), now)).toBe("Yesterday");
  expect(groupName(new Date(2026, 10, 14, 12, 0), now)).toBe("Last 7 days");
  expect(groupName(new Date(2026, 10, 13, 12, 0), now)).toBe("November");
  expect(groupName(new Date(2025, 9, 30, 12, 0), now)).toBe("October 2025");
});

it("says a clock that runs ahead of this one is today", () => {
  expect(groupName(new Date(2026, 10, 21, 0, 5), now)).toBe("Today");
});

it("shows the clock, the weekday or the date", () => {
  expect(shortTime(new Date(2026, 10, 19, 9, 5), now)).toBe("09:05");
  expect(shortTime(new Date(2026, 10, 16, 9, 5), now)).toBe("Mon");
  expect(shortTime(new Date(2026, 9, 30, 9, 5), now)).toBe("30 Oct");
});

it("counts a day of 25 hours as one day", () => {
  expect(daysBetween(new Date(2026, 9, 24, 12), new Date(2026, 9, 26, 12))).toBe(2);
});
