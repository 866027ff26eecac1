/** The real backend with an empty data folder, a person in it, and a model server that streams a diagram edit by edit. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const BACKEND = fileURLToPath(new URL("../../backend", import.meta.url));
export const ACCOUNT = { username: "ada", email: "ada@example.com", password: "a few words in a row" };

export async function startParley(port, settings) {
  const data = mkdtempSync(join(tmpdir(), "parley-bench-"));
  const child = spawn(join(BACKEND, ".venv/bin/parley"), ["serve"], {
    cwd: BACKEND,
    env: { ...process.env, PORT: String(port), PARLEY_DATA_DIR: data, PARLEY_LOG_LEVEL: "error", ...settings },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const url = `http://127.0.0.1:${port}`;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}.`);
    const answer = await fetch(`${url}/api/health/ready`).catch(() => null);
    if (answer?.ok) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { access_token } = await post(url, null, "/api/auth/register", ACCOUNT);
  return {
    url,
    post: (path, body) => post(url, access_token, path, body),
    get: (path) => get(url, access_token, path),
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function post(url, token, path, body) {
  const answer = await fetch(url + path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

async function get(url, token, path) {
  const answer = await fetch(url + path, { headers: { Authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

export function freePort() {
  return new Promise((resolve) => {
    const server = createTcpServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

const PAUSE_MS = 20;
const PIECE = 80;

/** OpenAI's streaming protocol: one call of the edit tool, in pieces; a second round has nothing to add. */
export function startModel(port, edits) {
  const server = createServer(async (request, response) => {
    if (request.method !== "POST") {
      response.writeHead(200, { "Content-Type": "application/json" });
      return response.end(JSON.stringify({ object: "list", data: [{ id: "bench", object: "model" }] }));
    }
    let asked = "";
    for await (const piece of request) asked += piece;
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    const send = (delta, finish_reason = null) => {
      const choices = [{ index: 0, delta, finish_reason }];
      response.write(
        `data: ${JSON.stringify({ id: "1", object: "chat.completion.chunk", created: 1, model: "bench", choices })}\n\n`,
      );
    };
    const again = JSON.parse(asked).messages.at(-1).role === "tool";
    send({ role: "assistant", content: again ? "Done." : "It is drawn step by step. " });
    if (!again) {
      const call = { index: 0, id: "call_1", type: "function", function: { name: "edit_workflow", arguments: "" } };
      send({ tool_calls: [call] });
      const text = JSON.stringify({ edits: edits.map(asCalled) });
      for (let at = 0; at < text.length && !response.destroyed; at += PIECE) {
        send({ tool_calls: [{ index: 0, function: { arguments: text.slice(at, at + PIECE) } }] });
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
    send({}, again ? "stop" : "tool_calls");
    response.end("data: [DONE]\n\n");
  });
  return new Promise((resolve) => {
    server.listen(port, "127.0.0.1", () =>
      resolve({ url: `http://127.0.0.1:${port}/v1`, stop: () => server.closeAllConnections() ?? server.close() }),
    );
  });
}

/** The model's form of an edit: a node's fields stand in the edit itself. */
function asCalled(edit) {
  if (edit.op !== "add_node") return edit;
  const { id, type, label, config } = edit.node;
  return { op: "add_node", id, type, label, config };
}
