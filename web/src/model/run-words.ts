/** A value in one short line, as the server puts it into lists of runs. */
import type { JsonValue } from "./workflow";

const LONGEST = 200;
const SAMPLE = 2000;
const TELLING = ["message", "question", "text", "body", "input"];

/** A text's beginning, the text of a value that holds one, otherwise JSON; "" for nothing. */
export function inWords(value: JsonValue): string {
  const words = told(value).slice(0, SAMPLE).split(/\s+/).filter(Boolean).join(" ");
  return words.length <= LONGEST ? words : `${words.slice(0, LONGEST - 1).trimEnd()}\u2026`;
}

function told(value: JsonValue): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value !== "object") return String(value);
  if (Object.keys(value).length === 0) return "";
  if (!Array.isArray(value)) {
    for (const key of TELLING) {
      const text = value[key];
      if (typeof text === "string" && text.trim() !== "") return text;
    }
  }
  return JSON.stringify(value);
}
