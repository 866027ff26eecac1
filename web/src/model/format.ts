/** Numbers, times and durations in the words of the interface. */

/** "0.41 s", "12.3 s", "4 min 10 s", "2 h 5 min", "3 d 2 h": three figures at most, never cut. */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return two(Math.floor(whole / 60), "min", whole % 60, "s");
  if (whole < 86_400) return two(Math.floor(whole / 3600), "h", Math.floor((whole % 3600) / 60), "min");
  return two(Math.floor(whole / 86_400), "d", Math.floor((whole % 86_400) / 3600), "h");
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** Seconds as a person writes a limit: "30 s", "2 min". */
export function seconds(value: number): string {
  if (value < 60 || value % 60 !== 0) return `${value} s`;
  if (value < 3600 || value % 3600 !== 0) return `${value / 60} min`;
  return `${value / 3600} h`;
}

export function count(value: number, word: string): string {
  return `${number(value)} ${word}${value === 1 ? "" : "s"}`;
}

const NUMBER = new Intl.NumberFormat("en-US");

export function number(value: number): string {
  return NUMBER.format(value);
}

/** "$1.20", "$0.034", "$0.0006": cents, or two figures of what is less. Null where no price is known. */
export function money(dollars: number | null): string | null {
  if (dollars === null) return null;
  if (dollars === 0 || dollars >= 0.095) return `$${dollars.toFixed(2)}`;
  if (dollars < 0.000_001) return "< $0.000001";
  const digits = 1 - Math.floor(Math.log10(dollars));
  return `$${dollars.toFixed(digits).replace(/0$/, "")}`;
}

/** "10:58" today, "Wed 10:58" within a week, "30 Oct" before. */
export function clock(iso: string, now: Date = new Date()): string {
  const date = new Date(iso);
  const time = date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (date.toDateString() === now.toDateString()) return time;
  if (now.getTime() - date.getTime() < 6 * 86_400_000)
    return `${date.toLocaleDateString("en-GB", { weekday: "short" })} ${time}`;
  return date.toLocaleDateString("en-GB", { day: "numeric", month: "short" });
}
