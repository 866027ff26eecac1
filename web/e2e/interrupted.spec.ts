/** A turn that is stopped, left or contested: nothing is lost and the diagram stays valid. */
import { expect, test } from "@playwright/test";
import { register } from "./pages/account";
import { Workspace } from "./pages/workspace";
import { MODEL_PORT } from "./ports";

test.use({ baseURL: `http://127.0.0.1:${MODEL_PORT}` });

const ASK = "Frobnicate the quux with a little help of the zibble";

async function begin(workspace: Workspace): Promise<void> {
  await register(workspace.page, `eve-${Date.now()}`);
  await workspace.page.getByRole("button", { name: /^Planner/ }).click();
  await workspace.page.getByRole("menuitemradio", { name: /slow/ }).click();
  await workspace.composer.fill(ASK);
  await workspace.composer.press("Enter");
  await expect(workspace.page.getByText("Each question is")).toBeVisible();
}

test("a stopped reply keeps what was said and drawn", async ({ page }) => {
  const workspace = new Workspace(page);
  await begin(workspace);
  await expect(workspace.node("question")).toBeVisible();
  await page.getByRole("button", { name: "Stop the reply" }).click();
  await expect(page.getByRole("button", { name: "Stop the reply" })).toBeHidden();
  const workflow = await workspace.workflow();
  expect(workflow.nodes.length).toBeGreaterThan(0);
  expect(workflow.nodes.length).toBeLessThan(4);
  await page.reload();
  for (const node of workflow.nodes) await expect(workspace.node(node.id)).toBeVisible();
  await expect(page.getByText("Each question is")).toBeVisible();
});

test("closing the tab does not stop the turn", async ({ page, context }) => {
  const workspace = new Workspace(page);
  await begin(workspace);
  const url = page.url();
  await page.close();
  const back = new Workspace(await context.newPage());
  await back.page.goto(url);
  await expect(back.page.getByText("Each question is")).toBeVisible();
  await expect(back.node("answer")).toBeVisible({ timeout: 20_000 });
  await expect(back.page.getByRole("button", { name: "Stop the reply" })).toBeHidden();
  expect((await back.workflow()).nodes).toHaveLength(4);
});

test("a second tab is told that an answer is being written, and keeps its text", async ({ page, context }) => {
  const first = new Workspace(page);
  await begin(first);
  const url = page.url();
  const second = new Workspace(await context.newPage());
  // The second tab has not heard of the turn: its view of the chat is from before.
  await second.page.route("**/api/messages/*/events", (route) => route.abort());
  await second.page.goto(url);
  const answer = await second.page.request.post(`/api/chats/${first.chatId}/messages`, {
    data: { content: "Meanwhile" },
  });
  expect(answer.status()).toBe(409);
  expect((await answer.json()).message).toContain("Your text is kept");
  await expect(first.node("answer")).toBeVisible({ timeout: 20_000 });
});
