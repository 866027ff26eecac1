/** The text of a printed page for a screen of any width: lines that were broken for the paper run on. Every character keeps its place. */

/** A line this long, measured by the longest of its page, was ended by the margin and not by its author. */
const FULL = 0.75;
const SHORTEST = 40;

export function unwrapped(text: string): string {
  const lines = text.split("\n");
  const full = Math.max(SHORTEST, FULL * Math.max(...lines.map((line) => line.length)));
  return lines
    .map((line, index) => {
      const next = lines[index + 1];
      if (next === undefined) return line;
      const runsOn = line.length >= full && /^[\p{L}\p{N}"“(]/u.test(next) && !/^\d+[.)]\s/.test(next);
      return line + (runsOn ? " " : "\n");
    })
    .join("");
}
