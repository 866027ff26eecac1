/** What goes wrong is said where it went wrong, in words that tell what to do. */
import { expect, test } from "@playwright/test";
import { logIn, register } from "./pages/account";
import { Workspace } from "./pages/workspace";

test("wrong password, taken name and weak password are said at their fields", async ({ page }) => {
  const name = `bob-${Date.now()}`;
  await register(page, name);
  await page.context().clearCookies();
  await page.goto("/login");
  await logIn(page, name, "not the password");
  await expect(
    page
      .getByRole("alert")
      .filter({ hasText: /password/i })
      .first(),
  ).toBeVisible();
  await page.getByRole("button", { name: "Create one" }).click();
  await page.getByLabel("Username").fill(name);
  await page.getByLabel("E-mail").fill(`other-${name}@example.com`);
  await page.getByLabel("Password", { exact: true }).fill("12345678");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Password", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Password", { exact: true }).fill("a few words in a row");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Username")).toHaveAttribute("aria-invalid", "true");
});

test("a message that is too long stays in the composer with the reason beside it", async ({ page }) => {
  await register(page, `cyd-${Date.now()}`);
  const workspace = new Workspace(page);
  const text = "x".repeat(20_001);
  await workspace.composer.fill(text);
  await workspace.composer.press("Enter");
  await expect(page.getByText("20,000 is the most")).toBeVisible();
  await expect(workspace.composer).toHaveValue(text);
});

test("a file that is no document gets one clear error and leaves nothing behind", async ({ page }) => {
  await register(page, `dan-${Date.now()}`);
  await page.goto("/knowledge");
  await page.getByLabel("New collection").fill("Papers");
  await page.getByRole("button", { name: "Create" }).click();
  const documents = page.getByRole("region", { name: "Documents of Papers" });
  await documents
    .getByLabel("Files to upload")
    .setInputFiles({ name: "broken.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 not really") });
  await expect(documents.getByText(/broken\.pdf.*(damaged|broken|cannot be read|not a PDF)/i).first()).toBeVisible({
    timeout: 30_000,
  });
});
