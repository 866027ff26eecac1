/** Workflows of any size, the same ones each time: steps that branch, join and go on, as the edits that draw them. */

/** Edits that draw a loop with `count` steps in a chain inside, over the items that the run is given. */
export function loopEdits(count) {
  const edits = [
    added("start", "manual_trigger", "Started by hand", {}),
    added("each", "loop", "For each item", { items: "{{ input.items }}", concurrency: 5 }),
    connected(["start", null], "each"),
  ];
  for (let number = 1; number <= count; number += 1) {
    const fields = { text: `{{ ${number === 1 ? "item" : `step_${number - 1}.text`} }}` };
    edits.push(added(`step_${number}`, "transform", `Note down ${number}`, { fields }, "each"));
    if (number > 1) edits.push(connected([`step_${number - 1}`, null], `step_${number}`));
  }
  return edits;
}

/** Edits that draw a workflow of `count` nodes; `plain`: of kinds that run without a model. */
export function editsFor(count, { plain = false } = {}) {
  const random = numbers(7);
  const edits = [added("start", "chat_trigger", "Question arrives", {})];
  // Ways out that lead nowhere yet.
  const open = [["start", null]];
  const take = () => open.splice(Math.floor(random() * open.length), 1)[0];
  for (let number = 1; number < count; number += 1) {
    const id = `step_${number}`;
    const wanted = kind(number, open.length);
    const type = plain && wanted === "llm" ? "transform" : wanted;
    edits.push(added(id, type, `${LABELS[type]} ${number}`, CONFIGS[type]));
    edits.push(connected(take(), id));
    if (type === "merge") edits.push(connected(take(), id));
    if (type === "condition") open.push([id, "true"], [id, "false"]);
    else open.push([id, null]);
  }
  return edits;
}

const LABELS = { condition: "Is it enough", merge: "Both", llm: "Write", transform: "Note down" };
const CONFIGS = {
  condition: { expression: "1 > 0" },
  merge: { mode: "all" },
  llm: { prompt: "Answer {{ input.message }}" },
  transform: { fields: { text: "{{ input.message }}" } },
};

function kind(number, open) {
  if (number % 7 === 3 && open < 6) return "condition";
  if (number % 11 === 0 && open > 2) return "merge";
  return number % 2 === 0 ? "llm" : "transform";
}

function added(id, type, label, config, parent = null) {
  const node = { id, type, label, config, parent, position: null, retry: null, timeout: null, on_error: null };
  return { op: "add_node", node };
}

function connected([source, source_handle], target) {
  return { op: "connect", source, target, source_handle };
}

/** A linear congruential generator: repeatable, and random enough for a diagram. */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
}
