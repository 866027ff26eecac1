/** A recorded run of 2,000 steps in the production build, in Chromium: the main thread and the frames while it is opened, dragged through,
 * played and compared. `npm run bench:replay` after `npm run build`; needs what `scripts/setup` and `scripts/test-servers` set up. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { chromium } from "@playwright/test";
import { probe } from "./probe.mjs";
import { ACCOUNT, freePort, startParley } from "./server.mjs";
import { taskTimes } from "./trace.mjs";
import { editsFor, loopEdits } from "./workflows.mjs";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
const STEPS = 2000;
const DRAGGED_OVER = 240;
const SETTLE_MS = 2000;
const PLAYED_MS = 3000;

const executablePath = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
const rows = [];
const parley = await startParley(await freePort(), {});
const browser = await chromium.launch({ executablePath, args: FLAGS });
try {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: "no-preference" });
  await context.addInitScript(probe);
  const { username, password } = ACCOUNT;
  await context.request.post(`${parley.url}/api/auth/login`, { data: { username, password } });
  // A loop of four steps, 500 times; and 500 nodes, each run once, in a chain of branches.
  await measure(context, "loop of 4 steps, 500 items", loopEdits(4), {
    items: Array.from({ length: STEPS / 4 }, (_, index) => index),
  });
  await measure(context, "diagram of 500 nodes", editsFor(500, { plain: true }), "Why?");
} finally {
  await browser.close();
  await parley.stop();
}
const chrome = execFileSync(executablePath ?? "chromium", ["--version"], { encoding: "utf8" }).trim();
print(`${cpus()[0]?.model ?? "?"}, ${cpus().length} cores, ${chrome}; tasks are of the processor, frames of the clock`);
for (const [what, value, goal] of rows) print(`${what.padEnd(56)} ${value.padStart(40)}   ${goal}`);

async function measure(context, name, edits, input) {
  const chat = await parley.post("/api/chats", { title: name });
  const message = await draw(chat.id, edits);
  const started = await parley.post("/api/runs", { message_id: message.id, input });
  const run = await ended(started.id);
  const page = await context.newPage();
  await page.goto(parley.url);
  await page.waitForTimeout(SETTLE_MS);
  const track = page.getByRole("slider", { name: "Time in the run" });
  const opened = await since(page, async () => {
    await page.evaluate((to) => window.history.pushState(null, "", to), `/?chat=${chat.id}&run=${started.id}&at=0`);
    await track.waitFor({ timeout: 60_000 });
  });
  row(`${name}: ${run.steps} steps, ${run.status}`, "", "");
  row("  opening the replay: tasks over 50 ms", longest(opened), "");
  await page.locator(".react-flow__node").first().waitFor();
  await page.waitForTimeout(SETTLE_MS);
  const box = await track.boundingBox();
  const at = (part) => [box.x + 8 + part * (box.width - 16), box.y + 12];
  const drag = async () => {
    await page.mouse.move(...at(0));
    await page.mouse.down();
    for (let step = 0; step <= DRAGGED_OVER; step += 1) {
      // There and back again.
      const part = step / DRAGGED_OVER;
      await page.mouse.move(...at(part < 0.5 ? part * 2 : 2 - part * 2));
      if (step === DRAGGED_OVER / 2) await isAtTheEnd(track);
    }
    await page.mouse.up();
  };
  const dragged = await since(page, drag, 300);
  row("  dragging: frames, median / 95 %, tasks over 50 ms", `${framesOf(dragged)}, ${longest(dragged)}`, "none");
  await page.locator("[data-node]").nth(3).click();
  await page.waitForTimeout(SETTLE_MS / 2);
  const inspected = await since(page, drag, 300);
  row("  the same with a step's panel open", `${framesOf(inspected)}, ${longest(inspected)}`, "none");
  const played = await since(page, () => page.getByRole("button", { name: "Play", exact: true }).click(), PLAYED_MS);
  row("  playing: frames, median / 95 %, tasks over 50 ms", `${framesOf(played)}, ${longest(played)}`, "none");
  const compared = await since(
    page,
    async () => {
      const to = `/?chat=${chat.id}&run=${started.id}&with=${started.id}`;
      await page.evaluate((url) => window.history.pushState(null, "", url), to);
      await page.getByRole("dialog").getByRole("status").filter({ hasText: "steps" }).waitFor();
    },
    500,
  );
  row("  comparing it with itself: tasks over 50 ms", longest(compared), "");
  await page.close();
}

/** Otherwise nothing was dragged, and nothing measured. */
async function isAtTheEnd(track) {
  const [now, last] = await Promise.all(["aria-valuenow", "aria-valuemax"].map((name) => track.getAttribute(name)));
  if (Number(last) === 0 || Number(now) < 0.98 * Number(last))
    throw new Error(`The cursor stands at ${now} of ${last}.`);
}

async function draw(chatId, edits) {
  const atOnce = 200;
  let message = await parley.post(`/api/chats/${chatId}/edits`, { edits: edits.slice(0, atOnce) });
  for (let from = atOnce; from < edits.length; from += atOnce) {
    const some = { edits: edits.slice(from, from + atOnce), base_seq: message.edits.length, branch: false };
    message = await parley.post(`/api/messages/${message.id}/edits`, some);
  }
  return message;
}

async function ended(id) {
  for (;;) {
    const run = await parley.get(`/api/runs/${id}`);
    if (["done", "failed", "cancelled"].includes(run.status)) {
      let [count, cursor] = [run.steps.length, run.steps_cursor];
      while (cursor !== null) {
        const page = await parley.get(`/api/runs/${id}/steps?cursor=${encodeURIComponent(cursor)}`);
        count += page.items.length;
        cursor = page.next_cursor;
      }
      return { status: run.status, steps: count };
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** What the page did from before `act` until `rest` ms after it. */
async function since(page, act, rest = SETTLE_MS) {
  const start = await page.evaluate(() => performance.now());
  await browser.startTracing(page, { categories: ["toplevel"] });
  await act();
  await page.waitForTimeout(rest);
  const trace = JSON.parse(await browser.stopTracing());
  const frames = await page.evaluate((from) => window.bench.frames.filter((each) => each.at >= from), start);
  return { frames, tasks: taskTimes(trace, "CrRendererMain") };
}

function longest({ tasks }) {
  const over = tasks.filter((ms) => ms > 50).length;
  return `${over === 0 ? "none" : over} (longest ${Math.max(0, ...tasks).toFixed(0)} ms)`;
}

function framesOf({ frames }) {
  const sorted = frames.map((frame) => frame.ms).sort((a, b) => a - b);
  const at = (part) => (sorted[Math.floor((sorted.length - 1) * part)] ?? 0).toFixed(0);
  return `${at(0.5)} / ${at(0.95)} ms`;
}

function row(...cells) {
  rows.push(cells);
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
