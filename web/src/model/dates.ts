/** Days and times as lists show them: "10:58", "Wed", "30 Oct", and the groups Today, Yesterday, Last 7 days, then months. */

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** Whole days between two local dates; summer time makes days of 23 and 25 hours, so hours are not counted. */
export function daysBetween(earlier: Date, later: Date): number {
  const day = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((day(later) - day(earlier)) / 86_400_000);
}

export function clock(date: Date): string {
  return `${String(date.getHours()).padStart(2, "0")}:${String(date.getMinutes()).padStart(2, "0")}`;
}

/** The group that a chat of this day stands under. */
export function groupName(date: Date, now: Date): string {
  const days = daysBetween(date, now);
  if (days <= 0) return "Today";
  if (days === 1) return "Yesterday";
  if (days < 7) return "Last 7 days";
  const month = MONTHS[date.getMonth()] ?? "";
  return date.getFullYear() === now.getFullYear() ? month : `${month} ${date.getFullYear()}`;
}

/** The short time in a list: the clock for today and yesterday, the weekday within a week, then the date. */
export function shortTime(date: Date, now: Date): string {
  const days = daysBetween(date, now);
  if (days <= 1) return clock(date);
  if (days < 7) return DAYS[date.getDay()] ?? "";
  const day = `${date.getDate()} ${(MONTHS[date.getMonth()] ?? "").slice(0, 3)}`;
  return date.getFullYear() === now.getFullYear() ? day : `${day} ${date.getFullYear()}`;
}

/** The whole date, for tooltips and screen readers. */
export function longTime(date: Date): string {
  return `${date.getDate()} ${MONTHS[date.getMonth()] ?? ""} ${date.getFullYear()}, ${clock(date)}`;
}
