/** The story in a real browser against the real server, started as a person starts it. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "@playwright/test";
import { FAKE_MODEL_PORT, MODEL_PORT, PORT, SINK_PORT } from "./e2e/ports";

const FLAGS = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];
const chromium = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);

const server = (port: number, name: string, more: Record<string, string> = {}) => ({
  command: "../scripts/start",
  url: `http://127.0.0.1:${port}/api/health/ready`,
  timeout: 300_000,
  reuseExistingServer: false,
  gracefulShutdown: { signal: "SIGTERM" as const, timeout: 10_000 },
  env: {
    PORT: String(port),
    PARLEY_DATA_DIR: resolve(`test-results/data-${name}-${process.pid}`),
    PARLEY_LOG_LEVEL: "warning",
    ...more,
  },
});

export default defineConfig({
  testDir: "e2e",
  workers: 1,
  timeout: 240_000,
  expect: { timeout: 10_000 },
  reporter: "line",
  forbidOnly: true,
  use: {
    baseURL: `http://127.0.0.1:${PORT}`,
    viewport: { width: 1440, height: 900 },
    actionTimeout: 15_000,
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    launchOptions: { executablePath: chromium, args: FLAGS },
  },
  webServer: [
    server(PORT, "plain", { PARLEY_HTTP_ALLOW: `127.0.0.1:${SINK_PORT}` }),
    {
      command: "node e2e/fake-model.mjs",
      url: `http://127.0.0.1:${FAKE_MODEL_PORT}/v1/models`,
      reuseExistingServer: false,
    },
    server(MODEL_PORT, "model", {
      OPENAI_BASE_URL: `http://127.0.0.1:${FAKE_MODEL_PORT}/v1`,
      PARLEY_MODEL: "openai:slow",
    }),
  ],
});
