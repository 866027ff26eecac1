/** The workspace as a person finds it: conversation, diagram, node panel, runs and the list of chats. */
import { expect, type Locator, type Page } from "@playwright/test";

export interface WorkflowData {
  name: string;
  nodes: { id: string; type: string; label: string; config: Record<string, unknown> }[];
  edges: { source: string; target: string; source_handle: string | null }[];
}

export class Workspace {
  readonly composer: Locator;
  readonly diagram: Locator;
  readonly chats: Locator;

  constructor(readonly page: Page) {
    this.composer = page.getByRole("textbox", { name: "Message", exact: true });
    this.diagram = page.getByRole("region", { name: "Diagram", exact: true });
    this.chats = page.getByRole("list", { name: "Chats" });
  }

  get chatId(): string {
    const id = new URL(this.page.url()).searchParams.get("chat");
    if (id === null) throw new Error(`no chat in ${this.page.url()}`);
    return id;
  }

  /** Sends and waits until the reply has ended. */
  async say(text: string): Promise<void> {
    const before = await this.page.getByRole("button", { name: "Copy reply" }).count();
    await this.composer.fill(text);
    await this.composer.press("Enter");
    await expect(this.composer).toHaveValue("");
    await expect(this.page.getByRole("button", { name: "Copy reply" })).toHaveCount(before + 1);
    await expect(this.page.getByRole("button", { name: "Stop the reply" })).toBeHidden();
  }

  /** The newest message that carries a workflow, as the server has it. */
  async workflow(): Promise<WorkflowData> {
    const page = await this.get(`/api/chats/${this.chatId}/messages?include=workflow_data`);
    const drawn = page.items.filter((message: { workflow_data: unknown }) => message.workflow_data !== null);
    return drawn.at(-1).workflow_data;
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers of the API, of many shapes
  async get(path: string): Promise<any> {
    const answer = await this.page.request.get(path);
    expect(answer.status(), path).toBe(200);
    return answer.json();
  }

  node(id: string): Locator {
    return this.diagram.locator(`[data-node="${id}"]`);
  }

  /** Node ids with their places on the canvas, once nothing moves any more. */
  async places(): Promise<Record<string, string>> {
    const read = () =>
      this.diagram
        .locator("[data-node]:not(:disabled)")
        .evaluateAll((nodes) =>
          Object.fromEntries(
            nodes.map((node) => [
              node.getAttribute("data-node"),
              node.closest<HTMLElement>(".react-flow__node")?.style.transform,
            ]),
          ),
        );
    let places = await read();
    await expect
      .poll(
        async () => {
          const earlier = JSON.stringify(places);
          places = await read();
          return JSON.stringify(places) === earlier;
        },
        { intervals: [350] },
      )
      .toBe(true);
    return places as Record<string, string>;
  }

  async openNode(id: string): Promise<Locator> {
    await this.node(id).click();
    const label = await this.node(id).locator(".node-label").innerText();
    return this.page.getByRole("complementary", { name: label });
  }

  async startRun(question: string): Promise<void> {
    await this.page.getByRole("button", { name: "Run", exact: true }).click();
    await this.page
      .getByRole("dialog", { name: "Run the workflow" })
      .getByRole("textbox", { name: "Question" })
      .fill(question);
    await this.page.getByRole("button", { name: "Start the run" }).click();
  }

  runCard(number: number): Locator {
    return this.page.getByRole("region", { name: `Run ${number}`, exact: true });
  }
}

/** The one node of a type. */
export function only(workflow: WorkflowData, type: string) {
  const found = workflow.nodes.filter((node) => node.type === type);
  expect(found, `one ${type} in ${JSON.stringify(workflow.nodes.map((node) => node.type))}`).toHaveLength(1);
  return found[0] as WorkflowData["nodes"][number];
}

export function reaches(workflow: WorkflowData, from: string, to: string): boolean {
  const seen = new Set<string>();
  const waiting = [from];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (at === to) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    for (const edge of workflow.edges) if (edge.source === at) waiting.push(edge.target);
  }
  return false;
}
