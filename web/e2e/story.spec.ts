/** The main job, from registration to a replayed run, as the product promises it. */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { logIn, register } from "./pages/account";
import { only, reaches, Workspace } from "./pages/workspace";
import { drawStory } from "./words";

const PAGES = 120;
const FACT = { page: 18, question: "How many days of unused leave can I carry over?", words: "carry over five days" };

test("a person describes a process, changes it, runs it on their PDF, replays it and finds it again", async ({
  page,
}) => {
  const story = drawStory();
  const workspace = new Workspace(page);
  const name = `ada-${Date.now()}`;
  const trouble: string[] = [];
  page.on("pageerror", (error) => trouble.push(error.message));

  await test.step("register and land in an inviting workspace", async () => {
    await register(page, name);
    const examples = page.getByRole("list", { name: "Examples" }).getByRole("button");
    await expect(examples).toHaveCount(4);
    await examples.nth(2).hover();
    await expect(workspace.diagram.getByText("Preview of the third example")).toBeVisible();
  });

  const built = await test.step("a description becomes a diagram and a reply that says what is missing", async () => {
    await workspace.say(story.create);
    const workflow = await workspace.workflow();
    const [start, knowledge, web, writer, slack] = [
      "chat_trigger",
      "knowledge_search",
      "web_search",
      "llm",
      "slack_message",
    ].map((type) => only(workflow, type));
    for (const search of [knowledge, web]) {
      expect(reaches(workflow, start?.id ?? "", search?.id ?? "")).toBe(true);
      expect(reaches(workflow, search?.id ?? "", writer?.id ?? "")).toBe(true);
    }
    expect(String(slack?.config.channel)).toContain(story.domain.channel);
    for (const node of workflow.nodes) await expect(workspace.node(node.id)).toBeVisible();
    await expect(workspace.diagram.getByText("true", { exact: true })).toBeVisible();
    await expect(workspace.diagram.getByText("1 field to fill")).toBeVisible();
    await expect(page.getByRole("article").last()).toContainText(/collection/);
    return workflow;
  });

  const changed = await test.step("a change touches only what it names, and shows", async () => {
    const before = await workspace.places();
    await workspace.say(story.change);
    const workflow = await workspace.workflow();
    expect(workflow.nodes.map((node) => node.type)).not.toContain("slack_message");
    const approval = only(workflow, "approval");
    const kept = workflow.nodes.filter((node) => built.nodes.some((old) => old.id === node.id));
    expect(kept).toEqual(built.nodes.filter((node) => kept.some((other) => other.id === node.id)));
    await expect(page.getByRole("list", { name: "Changes" }).last()).toContainText(approval.label);
    await expect(
      workspace.diagram.getByRole("status").or(workspace.diagram.getByLabel("Changes of turn 2")),
    ).toBeVisible();
    await expect(page.getByText("Turn 2 of 2")).toBeVisible();
    await expect(workspace.node(approval.id)).toBeVisible();
    const upstream = kept.filter((node) => reaches(workflow, node.id, only(workflow, "llm").id));
    const after = await workspace.places();
    for (const node of upstream) expect(after[node.id], `${node.label} stays where it was`).toBe(before[node.id]);
    return workflow;
  });

  await test.step("the stepper walks through how the diagram was built", async () => {
    await page.getByRole("button", { name: "Previous turn" }).click();
    await expect(page.getByText("Turn 1 of 2")).toBeVisible();
    await expect(workspace.node(only(built, "slack_message").id)).toBeVisible();
    await page.getByRole("button", { name: "Next turn" }).click();
    await expect(page.getByText("Turn 2 of 2")).toBeVisible();
  });

  await test.step("a question is answered and the diagram stays as it was", async () => {
    await workspace.say(story.question);
    expect(await workspace.workflow()).toEqual(changed);
    await expect(page.getByText("Diagram unchanged").last()).toBeVisible();
  });

  await test.step("a PDF becomes a collection, with its progress shown", async () => {
    await page.getByRole("link", { name: /Knowledge/ }).click();
    await page.getByLabel("New collection").fill(story.domain.collection);
    await page.getByRole("button", { name: "Create" }).click();
    const documents = page.getByRole("region", { name: `Documents of ${story.domain.collection}` });
    await documents.getByLabel("Files to upload").setInputFiles(makePdf());
    await expect(documents.getByRole("progressbar")).toBeVisible();
    await expect(documents.getByText(`Ready, ${PAGES} pages`)).toBeVisible({ timeout: 150_000 });
    await page.getByRole("link", { name: "Back to chats" }).click();
    await workspace.chats.getByRole("link").or(workspace.chats.getByRole("button")).first().click();
  });

  const [search, web, writer, approval] = ["knowledge_search", "web_search", "llm", "approval"].map(
    (type) => only(changed, type).id,
  ) as [string, string, string, string];

  await test.step("the collection is chosen in the node's form", async () => {
    const panel = await workspace.openNode(search);
    await panel.getByLabel("Collection", { exact: true }).selectOption(story.domain.collection);
    await expect(workspace.diagram.getByText("1 field to fill")).toBeHidden();
    await panel.getByRole("button", { name: "Close" }).click();
  });

  await test.step("a run lights the nodes up, waits for approval and answers with pages", async () => {
    await workspace.startRun(FACT.question);
    await expect(workspace.node(search)).toHaveAttribute("data-run", "done");
    await expect(workspace.node(web)).toHaveAttribute("data-run", "failed");
    await expect(workspace.node(approval)).toHaveAttribute("data-run", "waiting");
    const decide = page.getByRole("group", { name: /^Decide/ });
    await decide.getByRole("button", { name: "Approve" }).click();
    await expect(workspace.node(approval)).toHaveAttribute("data-run", "done");
    await expect(workspace.node(writer)).toHaveAttribute("data-run", "done");
    const card = workspace.runCard(1);
    await expect(card).toContainText("Run 1 finished");
    await expect(card).toContainText(FACT.words);
    await expect(card).toContainText("Written by the built-in writer");
  });

  await test.step("each node shows what went in, what came out and how long it took", async () => {
    const panel = await workspace.openNode(web);
    await expect(panel).toContainText("SERPAPI_API_KEY");
    await panel.getByRole("button", { name: "Close" }).click();
    const searched = await workspace.openNode(search);
    await searched.getByRole("tab", { name: "Output" }).click();
    await expect(searched).toContainText(/Done in [\d.]+ s/);
    await expect(searched).toContainText("page 18");
    await searched.getByRole("tab", { name: "Input" }).click();
    await expect(searched).toContainText(FACT.question);
    await searched.getByRole("button", { name: "Close" }).click();
  });

  await test.step("a citation opens its page with the passage marked", async () => {
    const run = (await workspace.get(`/api/runs?chat_id=${workspace.chatId}`)).items[0];
    const { output } = await workspace.get(`/api/runs/${run.id}`);
    const cited = output.citations.find((citation: { page: number }) => citation.page === FACT.page);
    await workspace
      .runCard(1)
      .getByRole("button", { name: new RegExp(`\\b${cited.marker}\\b`) })
      .first()
      .click();
    const dialog = page.getByRole("dialog");
    await expect(dialog).toContainText(`${FACT.page}`);
    await expect(dialog.locator("mark").first()).toBeVisible();
    expect((await dialog.locator("mark").allInnerTexts()).join(" ")).toContain(FACT.words);
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
  });

  await test.step("a second question runs again, and the first run plays back without executing anything", async () => {
    await workspace.startRun("Who decides on a request for leave?");
    await page
      .getByRole("group", { name: /^Decide/ })
      .getByRole("button", { name: "Approve" })
      .click();
    await expect(workspace.runCard(2)).toContainText("Run 2 finished");
    await page.getByRole("button", { name: "Runs", exact: true }).click();
    const runs = page.getByRole("complementary", { name: "Runs" });
    await runs.getByRole("button", { name: /Run 1/ }).click();
    await runs.getByRole("button", { name: "Replay" }).click();
    const replay = page.getByLabel("Replay of run 1");
    await expect(replay).toContainText("Recorded. Nothing is executed.");
    expect(new URL(page.url()).searchParams.has("at")).toBe(true);
    await replay
      .getByRole("button", { name: "Play" })
      .or(replay.getByRole("button", { name: "Pause" }))
      .first()
      .click();
    await replay.getByRole("slider", { name: "Time in the run" }).press("End");
    await expect(workspace.node(approval)).toHaveAttribute("data-run", /done|recorded/);
    expect((await workspace.get(`/api/runs?chat_id=${workspace.chatId}`)).items).toHaveLength(2);
    await replay.getByRole("button", { name: "Exit replay" }).click();
    await expect(replay).toBeHidden();
  });

  await test.step("tomorrow all of it is there", async () => {
    const chat = workspace.chatId;
    await page.goto("/settings");
    await page.getByRole("button", { name: "Log out" }).click();
    await expect(page.getByRole("heading", { name: "Log in" })).toBeVisible();
    await logIn(page, name);
    await workspace.chats.getByRole("link").or(workspace.chats.getByRole("button")).first().click();
    await expect(page).toHaveURL(new RegExp(`chat=${chat}`));
    await expect(page.getByText(story.change)).toBeVisible();
    for (const node of changed.nodes) await expect(workspace.node(node.id)).toBeVisible();
    await expect(workspace.runCard(2)).toContainText("finished");
    await page.reload();
    await expect(page.getByText(story.question).first()).toBeVisible();
  });

  await test.step("a word said leads back to its turn", async () => {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Search chats, messages and steps" }).fill(story.domain.channel);
    await page
      .getByRole("listbox", { name: "Hits" })
      .getByRole("option")
      .filter({ hasText: story.domain.channel })
      .first()
      .click();
    await expect(page).toHaveURL(/message=/);
  });

  await test.step("a chat is renamed, deleted and brought back", async () => {
    await page.getByRole("button", { name: "Chat menu" }).click();
    await page.getByRole("menuitem", { name: "Rename" }).click();
    const title = page.getByRole("dialog").getByLabel("Title");
    await title.fill("Questions of the house");
    await title.press("Enter");
    await expect(workspace.chats).toContainText("Questions of the house");
    await page.getByRole("button", { name: "Chat menu" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await expect(workspace.chats.getByText("Questions of the house")).toBeHidden();
    await page.getByRole("button", { name: "Undo", exact: true }).click();
    await expect(workspace.chats).toContainText("Questions of the house");
  });

  expect(trouble).toEqual([]);
});

function makePdf(): string {
  mkdirSync("test-results", { recursive: true });
  const out = "../web/test-results/Handbook.pdf";
  execFileSync("../backend/.venv/bin/python", ["-m", "tests.knowledge.make_pdf", out, "--pages", String(PAGES)], {
    cwd: "../backend",
  });
  return "test-results/Handbook.pdf";
}
