/** On a phone: three tabs, nothing clipped, and the same job done. */
import { expect, type Page, test } from "@playwright/test";
import { register } from "./pages/account";
import { Workspace } from "./pages/workspace";
import { drawStory } from "./words";

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

async function nothingSticksOut(page: Page): Promise<void> {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide, "the page scrolls sideways").toBeLessThanOrEqual(0);
  const clipped = await page
    .locator("button:visible, a:visible, input:visible, textarea:visible")
    .evaluateAll((controls) =>
      controls
        .filter((control) => !control.closest(".react-flow__viewport"))
        .map((control) => ({
          name: control.getAttribute("aria-label") ?? control.textContent,
          box: control.getBoundingClientRect(),
        }))
        .filter(({ box }) => box.width > 0 && (box.left < -1 || box.right > window.innerWidth + 1))
        .map(({ name }) => name),
    );
  expect(clipped).toEqual([]);
}

for (const scheme of ["light", "dark"] as const) {
  test(`the job on a phone, ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    const story = drawStory();
    const workspace = new Workspace(page);
    await register(page, `fay-${scheme}-${Date.now()}`);
    await nothingSticksOut(page);
    await workspace.say(story.create);
    await nothingSticksOut(page);
    await page
      .getByRole("tab", { name: "Diagram" })
      .or(page.getByRole("button", { name: "Diagram" }))
      .first()
      .click();
    const workflow = await workspace.workflow();
    for (const node of workflow.nodes) await expect(workspace.node(node.id)).toBeInViewport({ ratio: 0.9 });
    await nothingSticksOut(page);
    for (const path of ["/knowledge", "/settings"]) {
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await nothingSticksOut(page);
    }
  });
}
