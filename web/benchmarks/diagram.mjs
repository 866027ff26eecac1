/** The diagram in the production build, in Chromium: first page, layout beside plain elkjs, and the main thread while diagrams load, grow
 * and are panned. `npm run bench` after `npm run build`; needs what `scripts/setup` and `scripts/test-servers` set up. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { gzipSync } from "node:zlib";
import { chromium } from "@playwright/test";
import { probe } from "./probe.mjs";
import { ACCOUNT, freePort, startModel, startParley } from "./server.mjs";
import { taskTimes } from "./trace.mjs";
import { editsFor } from "./workflows.mjs";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
const SIZES = [50, 200, 500];
const GROWING = 50;
const ROUNDS = 9;
const AT_ONCE = 200;
/** Loading, warming and gliding are over after this. */
const SETTLE_MS = 2000;

const executablePath = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
const rows = [];
const model = await startModel(await freePort(), editsFor(GROWING));
const parley = await startParley(await freePort(), {
  PARLEY_PLANNER: "model",
  PARLEY_MODEL: "openai:bench",
  OPENAI_BASE_URL: model.url,
});
const browser = await chromium.launch({ executablePath, args: FLAGS });
try {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: "no-preference" });
  await context.addInitScript(probe);
  const { username, password } = ACCOUNT;
  await context.request.post(`${parley.url}/api/auth/login`, { data: { username, password } });
  const chats = new Map();
  for (const size of SIZES) {
    const chat = await parley.post("/api/chats", { title: `${size} nodes` });
    await draw(chat.id, editsFor(size));
    chats.set(size, chat.id);
  }
  await measureFirstPage(context);
  for (const size of SIZES) await measureLayout(context, size);
  await measureGrowing(context);
} finally {
  await browser.close();
  await parley.stop();
  model.stop();
}
const chrome = execFileSync(executablePath ?? "chromium", ["--version"], { encoding: "utf8" }).trim();
print(
  `${cpus()[0]?.model ?? "?"}, ${cpus().length} cores, ${chrome}; times are of the processor where not said otherwise`,
);
for (const [what, value, goal] of rows) print(`${what.padEnd(64)} ${value.padStart(34)}   ${goal}`);

/** As many at once as one message takes. */
async function draw(chatId, edits) {
  let message = await parley.post(`/api/chats/${chatId}/edits`, { edits: edits.slice(0, AT_ONCE) });
  for (let from = AT_ONCE; from < edits.length; from += AT_ONCE) {
    const some = { edits: edits.slice(from, from + AT_ONCE), base_seq: message.edits.length, branch: false };
    message = await parley.post(`/api/messages/${message.id}/edits`, some);
  }
}

async function measureFirstPage(context) {
  const page = await context.newPage();
  const bodies = new Map();
  page.on("response", (response) => {
    if (response.url().includes(".js")) bodies.set(response.url(), response.body());
  });
  await page.goto(parley.url);
  await page.waitForTimeout(SETTLE_MS);
  const ofPage = await page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .filter(({ initiatorType }) => initiatorType === "script" || initiatorType === "link")
      .map(({ name }) => name),
  );
  let [script, workers] = [0, 0];
  for (const [url, body] of bodies) {
    const size = gzipSync(await body).length / 1000;
    if (ofPage.includes(url)) script += size;
    else workers += size;
  }
  row("first page, JavaScript, gzip", `${script.toFixed(0)} kB`, "300 kB");
  row("  and its workers, in use while the page is idle", `${workers.toFixed(0)} kB`, "");
  await page.close();
}

async function measureLayout(context, size) {
  const page = await context.newPage();
  await page.goto(parley.url);
  await page.waitForTimeout(SETTLE_MS);
  const opened = await since(page, async () => {
    await page.getByRole("list", { name: "Chats" }).getByText(`${size} nodes`, { exact: true }).click();
    await page.locator('[data-node="start"]').waitFor();
  });
  const plainFirst = await plainly(page, opened.graph, true);
  const tidied = [];
  const plain = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    tidied.push(await since(page, () => page.getByRole("button", { name: "Tidy the layout" }).click(), 900));
    plain.push(await plainly(page, tidied.at(-1).graph, false));
  }
  const share = (a, b) => `${a.toFixed(0)} / ${b.toFixed(0)} ms = ${(a / b).toFixed(2)}`;
  const middle = (list, key) => median(list.map((each) => each[key]));
  const again = tidied.map(timesOf);
  const goal = size < 500 ? "1.0" : "";
  row(`${size} nodes laid out and routed the first time / plain elkjs`, share(opened.worked, plainFirst.worked), goal);
  row(`  again, median of ${ROUNDS}`, share(middle(tidied, "worked"), middle(plain, "worked")), goal);
  row("  the same on the clock", share(middle(again, "total"), middle(plain, "took")), "");
  row("  tasks over 50 ms: opening, tidying", `${longest(opened)}, ${longest(...tidied)}`, "none");
  await page.waitForTimeout(500);
  const panned = await since(page, () => pan(page), 0);
  row("  panning: frames, median / 95 %, tasks over 50 ms", `${framesOf(panned)}, ${longest(panned)}`, "");
  await page.close();
}

async function measureGrowing(context) {
  const page = await context.newPage();
  await page.goto(parley.url);
  await page.waitForTimeout(SETTLE_MS);
  const grown = await since(page, async () => {
    await page.getByRole("textbox", { name: "Message", exact: true }).fill("Draw something long");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Copy reply" }).waitFor({ timeout: 120_000 });
  });
  const layouts = grown.asked.filter((each) => each.kind === "layout").length;
  row(`a reply that draws ${GROWING} nodes: tasks over 50 ms`, longest(grown), "none");
  row("  layouts, frames, median / 95 %", `${layouts}, ${framesOf(grown)}`, "");
  await page.close();
}

/** What the page saw from before `act` until `rest` ms after it. */
async function since(page, act, rest = SETTLE_MS) {
  const start = await page.evaluate(() => performance.now());
  await browser.startTracing(page, { categories: ["toplevel"] });
  await act();
  await page.waitForTimeout(rest);
  const trace = JSON.parse(await browser.stopTracing());
  const [tasks, worked] = [taskTimes(trace, "CrRendererMain"), taskTimes(trace, "DedicatedWorker thread")];
  const seen = await page.evaluate((from) => {
    const late = (list) => list.filter((each) => each.at >= from);
    const { asked, answered, frames } = window.bench;
    return {
      asked: late(asked).map(({ graph, ...each }) => each),
      answered: late(answered),
      frames: late(frames),
      graph: late(asked).findLast((each) => each.graph)?.graph ?? null,
    };
  }, start);
  return { ...seen, tasks, worked: worked.reduce((sum, ms) => sum + ms, 0) };
}

/** From the first question to ELK until its answer, and until the routes that follow are there, where a worker finds them. */
function timesOf({ asked, answered }) {
  const start = asked.find((each) => each.kind === "layout");
  const laidOut = answered.find((each) => each.kind === "layout");
  if (!start || !laidOut) throw new Error("Nothing was laid out.");
  const routesAsked = asked.find((each) => each.kind === "routes" && each.at >= laidOut.at);
  const routed = answered.find((each) => each.kind === "routes" && routesAsked && each.at > routesAsked.at);
  return { total: (routed ?? laidOut).at - start.at };
}

/** The same graph with the same settings, and its edges routed by ELK as well, in a worker of its own that has laid out two nodes. */
async function plainly(page, graph, isFresh) {
  if (isFresh) {
    await page.evaluate(async () => {
      const worker = new Worker(window.bench.elk);
      window.askPlain = (message) =>
        new Promise((resolve) => {
          worker.onmessage = ({ data }) => resolve(data);
          worker.postMessage(message);
        });
      await window.askPlain({ id: 0, cmd: "register", algorithms: ["layered"] });
      const children = ["a", "b"].map((id) => ({ id, width: 10, height: 10 }));
      const edges = [{ id: "e", sources: ["a"], targets: ["b"] }];
      const layoutOptions = { "elk.algorithm": "layered" };
      await window.askPlain({ id: 1, cmd: "layout", graph: { id: "r", layoutOptions, children, edges } });
    });
  }
  const level = { ...graph, layoutOptions: { ...graph.layoutOptions, "elk.edgeRouting": "ORTHOGONAL" } };
  let took = 0;
  const layOut = async () => {
    took = await page.evaluate(async (asked) => {
      const start = performance.now();
      const answer = await window.askPlain({ id: 2, cmd: "layout", graph: asked });
      if (!answer.data) throw new Error(JSON.stringify(answer));
      return performance.now() - start;
    }, level);
  };
  return { ...(await since(page, layOut, 0)), took };
}

async function pan(page) {
  const box = await page.locator(".react-flow__pane").boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height - 80];
  await page.mouse.move(x, y);
  for (let step = 0; step < 90; step += 1) await page.mouse.wheel(0, step < 60 ? 24 : -40);
}

function longest(...seen) {
  const all = seen.flatMap((each) => each.tasks);
  const over = all.filter((ms) => ms > 50).length;
  return `${over === 0 ? "none" : over} (longest ${Math.max(0, ...all).toFixed(0)} ms)`;
}

function framesOf({ frames }) {
  const sorted = frames.map((frame) => frame.ms).sort((a, b) => a - b);
  const at = (part) => (sorted[Math.floor((sorted.length - 1) * part)] ?? 0).toFixed(0);
  return `${at(0.5)} / ${at(0.95)} ms`;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function row(...cells) {
  rows.push(cells);
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
