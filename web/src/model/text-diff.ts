/** What two texts share and where they part: by words where there are few, by lines where there are many. Myers' O(ND) difference
 * (Myers 1986, "An O(ND) Difference Algorithm and Its Variations"), given up where the texts have little in common. */

export interface DiffPart {
  kind: "same" | "left" | "right";
  text: string;
}

const MOST_WORDS = 4000;
const MOST_LINES = 20_000;
/** Texts that differ more than this are shown whole: finding more would take longer than reading them. */
const MOST_EDITS = 600;

export function diffTexts(left: string, right: string): DiffPart[] {
  if (left === right) return left === "" ? [] : [{ kind: "same", text: left }];
  const words = [left.match(/\s+|[^\s]+/g) ?? [], right.match(/\s+|[^\s]+/g) ?? []] as const;
  if (Math.max(words[0].length, words[1].length) <= MOST_WORDS) return diffLists(...words);
  const lines = [left.match(/[^\n]*\n|[^\n]+/g) ?? [], right.match(/[^\n]*\n|[^\n]+/g) ?? []] as const;
  if (Math.max(lines[0].length, lines[1].length) <= MOST_LINES) return diffLists(...lines);
  return apart(left, right);
}

function apart(left: string, right: string): DiffPart[] {
  const parts: DiffPart[] = [];
  if (left !== "") parts.push({ kind: "left", text: left });
  if (right !== "") parts.push({ kind: "right", text: right });
  return parts;
}

function diffLists(left: readonly string[], right: readonly string[]): DiffPart[] {
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start += 1;
  let end = 0;
  while (
    end < left.length - start &&
    end < right.length - start &&
    left[left.length - 1 - end] === right[right.length - 1 - end]
  )
    end += 1;
  const parts = new Parts();
  parts.add("same", left.slice(0, start));
  middle(left.slice(start, left.length - end), right.slice(start, right.length - end), parts);
  parts.add("same", left.slice(left.length - end));
  return parts.all;
}

class Parts {
  readonly all: DiffPart[] = [];
  add(kind: DiffPart["kind"], pieces: readonly string[]): void {
    if (pieces.length === 0) return;
    const last = this.all.at(-1);
    if (last?.kind === kind) last.text += pieces.join("");
    else this.all.push({ kind, text: pieces.join("") });
  }
}

function middle(left: readonly string[], right: readonly string[], parts: Parts): void {
  const trace = shortestEdits(left, right);
  if (trace === null) {
    parts.add("left", left);
    parts.add("right", right);
    return;
  }
  // Read backwards from the end, then turned round.
  const steps: { kind: DiffPart["kind"]; piece: string }[] = [];
  let [x, y] = [left.length, right.length];
  for (let edits = trace.length - 1; edits >= 0; edits -= 1) {
    const reached = trace[edits] as Map<number, number>;
    const diagonal = x - y;
    const down = diagonal === -edits || (diagonal !== edits && far(reached, diagonal - 1) < far(reached, diagonal + 1));
    const from = down ? diagonal + 1 : diagonal - 1;
    const fromX = edits === 0 ? 0 : far(reached, from);
    const fromY = edits === 0 ? 0 : fromX - from;
    while (x > fromX && y > fromY && left[x - 1] === right[y - 1]) {
      x -= 1;
      y -= 1;
      steps.push({ kind: "same", piece: left[x] as string });
    }
    if (edits === 0) break;
    if (down) {
      y -= 1;
      steps.push({ kind: "right", piece: right[y] as string });
    } else {
      x -= 1;
      steps.push({ kind: "left", piece: left[x] as string });
    }
  }
  for (const { kind, piece } of steps.reverse()) parts.add(kind, [piece]);
}

function far(reached: ReadonlyMap<number, number>, diagonal: number): number {
  return reached.get(diagonal) ?? -1;
}

/** How far each diagonal was reached before each number of edits; null: there are too many. */
function shortestEdits(left: readonly string[], right: readonly string[]): Map<number, number>[] | null {
  const reached = new Map<number, number>([[1, 0]]);
  const trace: Map<number, number>[] = [];
  for (let edits = 0; edits <= Math.min(MOST_EDITS, left.length + right.length); edits += 1) {
    trace.push(new Map(reached));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const down =
        diagonal === -edits || (diagonal !== edits && far(reached, diagonal - 1) < far(reached, diagonal + 1));
      let x = down ? far(reached, diagonal + 1) : far(reached, diagonal - 1) + 1;
      let y = x - diagonal;
      while (x < left.length && y < right.length && left[x] === right[y]) {
        x += 1;
        y += 1;
      }
      reached.set(diagonal, x);
      if (x >= left.length && y >= right.length) return trace;
    }
  }
  return null;
}
