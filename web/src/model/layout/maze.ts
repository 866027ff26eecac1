/** The way around: a shortest path with few bends over the lines that run beside the nodes (A* on a sparse grid). Used where the plain
 * shapes of `routes.ts` would cross something. */
import { CLEAR, conflicts, hitsAny, hitsBox, type Segment, windowAround } from "./segments";
import { type Box, endX, endY, type Point } from "./types";

const BEND = 24;
const CROSSING = 16;
/** Lying on a foreign edge costs this many times its length, and something at once. */
const SHARED = 6;

interface Maze {
  from: Point;
  to: Point;
  obstacles: readonly Box[];
  drawn: readonly Segment[];
  source: string;
  target: string;
}

/** The path starts and ends vertically. Null: walled in. */
export function throughMaze(maze: Maze): Point[] | null {
  const { from, to } = maze;
  for (const reach of [160, 640, Number.POSITIVE_INFINITY]) {
    const window: Box = {
      x: Math.min(from.x, to.x) - reach,
      y: Math.min(from.y, to.y) - reach,
      w: Math.abs(from.x - to.x) + 2 * reach,
      h: Math.abs(from.y - to.y) + 2 * reach,
    };
    const near = Number.isFinite(reach)
      ? maze.obstacles.filter(
          (box) => box.x < endX(window) && endX(box) > window.x && box.y < endY(window) && endY(box) > window.y,
        )
      : maze.obstacles;
    const path = search({ ...maze, obstacles: near });
    // Outside the window there may be nodes that were not looked at.
    if (path && (near.length === maze.obstacles.length || clear(path, maze.obstacles))) return path;
  }
  return null;
}

function clear(path: readonly Point[], obstacles: readonly Box[]): boolean {
  return path.slice(1).every((to, index) => {
    const from = path[index];
    return from !== undefined && !hitsAny(from, to, obstacles);
  });
}

function lines(values: readonly number[]): number[] {
  return [...new Set(values.map((value) => Math.round(value)))].sort((a, b) => a - b);
}

/** What touches one line of the grid, looked up once: a search passes each line many times. */
class Line {
  constructor(
    private readonly boxes: readonly Box[],
    private readonly segments: readonly Segment[],
  ) {}

  blocked(a: Point, b: Point): boolean {
    return hitsAny(a, b, this.boxes);
  }

  cost(a: Point, b: Point, source: string, target: string): number {
    if (this.segments.length === 0) return 0;
    const { shared, crossings } = conflicts(a, b, this.segments, source, target);
    return shared * SHARED + crossings * CROSSING;
  }
}

function column(x: number, obstacles: readonly Box[], drawn: readonly Segment[]): Line {
  return new Line(
    obstacles.filter((box) => x > box.x - CLEAR && x < endX(box) + CLEAR),
    drawn.filter(({ from, to }) => Math.min(from.x, to.x) < x + 5 && Math.max(from.x, to.x) > x - 5),
  );
}

function row(y: number, obstacles: readonly Box[], drawn: readonly Segment[]): Line {
  return new Line(
    obstacles.filter((box) => y > box.y - CLEAR && y < endY(box) + CLEAR),
    drawn.filter(({ from, to }) => Math.min(from.y, to.y) < y + 5 && Math.max(from.y, to.y) > y - 5),
  );
}

function search({ from, to, obstacles, drawn, source, target }: Maze): Point[] | null {
  const xs = lines([
    from.x,
    to.x,
    ...obstacles.flatMap((box) => [box.x - 12, box.x - 6, endX(box) + 6, endX(box) + 12, endX(box) + 20]),
  ]);
  const ys = lines([
    from.y,
    to.y,
    ...obstacles.flatMap((box) => [box.y - 20, box.y - 12, endY(box) + 10, endY(box) + 18, endY(box) + 26]),
  ]);
  const extent = windowAround(
    [
      { x: xs[0] ?? 0, y: ys[0] ?? 0 },
      { x: xs.at(-1) ?? 0, y: ys.at(-1) ?? 0 },
    ],
    CLEAR,
    CLEAR,
  );
  const near = drawn.filter((segment) => hitsBox(segment.from, segment.to, extent, 0));
  const columns: (Line | undefined)[] = [];
  const rows: (Line | undefined)[] = [];
  const width = xs.length;
  const start = ys.indexOf(Math.round(from.y)) * width + xs.indexOf(Math.round(from.x));
  const goal = ys.indexOf(Math.round(to.y)) * width + xs.indexOf(Math.round(to.x));
  const at = (cell: number): Point => ({ x: xs[cell % width] ?? 0, y: ys[Math.floor(cell / width)] ?? 0 });
  const lineOf = (cell: number, along: number): Line => {
    const list = along === 1 ? columns : rows;
    const index = along === 1 ? cell % width : Math.floor(cell / width);
    list[index] ??= along === 1 ? column(xs[index] ?? 0, obstacles, near) : row(ys[index] ?? 0, obstacles, near);
    return list[index];
  };
  // A state is a cell and whether one got there along the axis (1) or across it (0).
  const cost = new Map<number, number>([[start * 2 + 1, 0]]);
  const cameFrom = new Map<number, number>();
  const done = new Set<number>();
  const queue = new Heap();
  queue.push(start * 2 + 1, 0);
  for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
    if (done.has(state)) continue;
    done.add(state);
    const cell = state >> 1;
    if (cell === goal && state % 2 === 1) return walkBack(state, cameFrom, at);
    const here = at(cell);
    const x = cell % width;
    const soFar = cost.get(state) ?? 0;
    const next = [cell - width, cell + width, x > 0 ? cell - 1 : -1, x < width - 1 ? cell + 1 : -1];
    next.forEach((other, index) => {
      if (other < 0 || other >= width * ys.length) return;
      const along = index < 2 ? 1 : 0;
      const key = other * 2 + along;
      if (done.has(key)) return;
      const there = at(other);
      const line = lineOf(cell, along);
      if (line.blocked(here, there)) return;
      const length = Math.abs(here.x - there.x) + Math.abs(here.y - there.y);
      const bend = along === state % 2 ? 0 : BEND;
      const total = soFar + length + bend + line.cost(here, there, source, target);
      if (total >= (cost.get(key) ?? Number.POSITIVE_INFINITY)) return;
      cost.set(key, total);
      cameFrom.set(key, state);
      queue.push(key, total + Math.abs(there.x - to.x) + Math.abs(there.y - to.y));
    });
  }
  return null;
}

function walkBack(last: number, cameFrom: ReadonlyMap<number, number>, at: (cell: number) => Point): Point[] {
  const path: Point[] = [];
  for (let state: number | undefined = last; state !== undefined; state = cameFrom.get(state))
    path.unshift(at(state >> 1));
  return path;
}

/** A binary heap of states by their estimated total. */
class Heap {
  private readonly items: { state: number; rank: number }[] = [];

  push(state: number, rank: number): void {
    const items = this.items;
    items.push({ state, rank });
    let index = items.length - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if ((items[parent]?.rank ?? 0) <= rank) break;
      this.swap(index, parent);
      index = parent;
    }
  }

  pop(): number | undefined {
    const top = this.items[0];
    const last = this.items.pop();
    if (!top || !last) return undefined;
    if (this.items.length > 0) {
      this.items[0] = last;
      let index = 0;
      for (;;) {
        const left = index * 2 + 1;
        const right = left + 1;
        let least = index;
        if (this.rank(left) < this.rank(least)) least = left;
        if (this.rank(right) < this.rank(least)) least = right;
        if (least === index) break;
        this.swap(index, least);
        index = least;
      }
    }
    return top.state;
  }

  private rank(index: number): number {
    return this.items[index]?.rank ?? Number.POSITIVE_INFINITY;
  }

  private swap(a: number, b: number): void {
    const [left, right] = [this.items[a], this.items[b]];
    if (!left || !right) return;
    this.items[a] = right;
    this.items[b] = left;
  }
}
