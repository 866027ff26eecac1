/** A language model that speaks OpenAI's streaming protocol and takes its time: a word every 150 ms, then edits of a workflow. */
import { createServer } from "node:http";

const PORT = 8613;
const PAUSE_MS = 150;
const WORDS = "Each question is looked up , answered in plain words and sent back to whoever asked it .".split(" ");
const STEPS = [
  ["question", "chat_trigger", "Question arrives", {}],
  ["look_up", "web_search", "Look it up", { query: "{{ input.message }}" }],
  ["write", "llm", "Write answer", { prompt: "Answer {{ input.message }} from {{ look_up.text }}" }],
  ["answer", "output", "Answer", { value: "{{ write.text }}" }],
];

function edits() {
  const made = [];
  for (const [position, [id, type, label, config]] of STEPS.entries()) {
    made.push({ op: "add_node", id, type, label, config });
    if (position > 0) made.push({ op: "connect", source: STEPS[position - 1][0], target: id });
  }
  return made;
}

/** What the model says, piece by piece: deltas of a chat completion. */
function* deltas() {
  for (const word of WORDS) yield { content: `${word} ` };
  const call = { index: 0, id: "call_1", type: "function", function: { name: "edit_workflow", arguments: "" } };
  yield { tool_calls: [call] };
  const text = JSON.stringify({ edits: edits() });
  // Slowly enough that a busy machine can stop it between the first node and the last.
  for (let at = 0; at < text.length; at += 24)
    yield { tool_calls: [{ index: 0, function: { arguments: text.slice(at, at + 24) } }] };
}

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

async function complete(request, response) {
  let asked = "";
  for await (const piece of request) asked += piece;
  // Once the edits have been made, the model has nothing to add: a second round ends at once.
  const last = JSON.parse(asked).messages.at(-1);
  const pieces = last.role === "tool" ? [{ content: "Done." }] : deltas();
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  const send = (delta, finish_reason = null) => {
    const chunk = {
      id: "c1",
      object: "chat.completion.chunk",
      created: 1,
      model: "slow",
      choices: [{ index: 0, delta, finish_reason }],
    };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  let called = false;
  for (const delta of pieces) {
    if (response.destroyed) return;
    called ||= "tool_calls" in delta;
    send(delta);
    await pause();
  }
  send({}, called ? "tool_calls" : "stop");
  response.end("data: [DONE]\n\n");
}

createServer((request, response) => {
  if (request.url === "/v1/chat/completions") return complete(request, response);
  response.writeHead(request.url === "/v1/models" ? 200 : 404, { "Content-Type": "application/json" });
  response.end(
    JSON.stringify({ object: "list", data: [{ id: "slow", object: "model", created: 1, owned_by: "test" }] }),
  );
}).listen(PORT, "127.0.0.1");
