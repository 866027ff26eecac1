/** Where edges leave a node: one port per way out along its far side, in the order of their targets, straight above a target if possible. */
import { type Flow, labelWidth } from "./flow";
import { type Box, centreX, LABEL_H } from "./types";

/** Offsets from the node's start across the axis, by branch name ("" for the only way out). */
export type Ports = ReadonlyMap<string, number>;

export function portsOf(flow: Flow, id: string, boxes: ReadonlyMap<string, Box>): Ports {
  const box = boxes.get(id);
  const names = flow.branches.get(id) ?? [];
  const used = (flow.outOf.get(id) ?? []).map((edge) => edge.source_handle ?? "");
  // A branch that config no longer names keeps its edge, and so its port.
  const all = [...new Set([...names, ...used])];
  if (!box) return new Map();
  if (all.length <= 1) return new Map([[all[0] ?? "", box.w / 2]]);
  const even = spread(all.length, box.w);
  const wish = new Map<string, number>();
  for (const name of all) {
    const targets = (flow.outOf.get(id) ?? [])
      .filter((edge) => (edge.source_handle ?? "") === name)
      .flatMap((edge) => boxes.get(edge.target) ?? []);
    if (targets.length === 0) continue;
    wish.set(name, targets.reduce((sum, target) => sum + centreX(target), 0) / targets.length - box.x);
  }
  const open = all.filter((name) => !wish.has(name));
  const order = [...wish.keys()].sort(
    (a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0) || all.indexOf(a) - all.indexOf(b),
  );
  if (wish.size === 0) return new Map(all.map((name, index) => [name, even[index] ?? box.w / 2]));
  // Ways out that lead nowhere stand at the far end, where their label is in nobody's way.
  const sequence = [...order, ...open];
  const inset = Math.min(20, box.w / 4);
  const want = sequence.map((name, index) => {
    const goal = wish.get(name);
    const straight = goal !== undefined && goal >= inset && goal <= box.w - inset;
    if (straight) return goal;
    if (goal === undefined) return box.w - inset;
    return (order.length === sequence.length ? even[index] : spread(order.length, box.w)[index]) ?? box.w / 2;
  });
  const room = (index: number) => {
    const least =
      flow.direction === "down" && (open.includes(sequence[index] ?? "") || open.includes(sequence[index - 1] ?? ""));
    const widest = least ? (labelWidth(sequence[index] ?? "") + labelWidth(sequence[index - 1] ?? "")) / 2 + 8 : 48;
    return Math.min(widest, (box.w - 2 * inset) / (sequence.length - 1));
  };
  return new Map(
    separated(want, room, inset, box.w - inset).map((at, index) => [sequence[index] ?? "", Math.round(at)]),
  );
}

function spread(count: number, width: number): number[] {
  if (count === 1) return [width / 2];
  const inset = count === 2 ? width * 0.24 : Math.min(32, width * 0.25);
  return Array.from({ length: count }, (_, index) => inset + ((width - 2 * inset) * index) / (count - 1));
}

/** Keeps the order, moves as little as needed so that neighbours stand `room` apart. */
function separated(want: readonly number[], room: (index: number) => number, from: number, to: number): number[] {
  const at = want.map((value) => Math.min(to, Math.max(from, value)));
  for (let index = 1; index < at.length; index += 1) {
    at[index] = Math.max(at[index] ?? 0, (at[index - 1] ?? 0) + room(index));
  }
  const last = at.length - 1;
  at[last] = Math.min(to, at[last] ?? to);
  for (let index = last; index > 0; index -= 1) {
    at[index - 1] = Math.min(at[index - 1] ?? 0, (at[index] ?? 0) - room(index));
  }
  return at;
}

/** A label's extent in flow space. */
export function labelSize(flow: Flow, text: string): { w: number; h: number } {
  return flow.direction === "down" ? { w: labelWidth(text), h: LABEL_H } : { w: LABEL_H, h: labelWidth(text) };
}
