/** Writes out/csp.json: the sha256 of every inline script of the export, so that the server's policy can name them. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const hashes = new Set();
for (const name of readdirSync("out", { recursive: true })) {
  if (!name.endsWith(".html")) continue;
  for (const [, attributes, body] of readFileSync(`out/${name}`, "utf8").matchAll(
    /<script([^>]*)>([\s\S]*?)<\/script>/g,
  )) {
    if (/\ssrc=/.test(attributes) || body === "") continue;
    hashes.add(`'sha256-${createHash("sha256").update(body, "utf8").digest("base64")}'`);
  }
}
writeFileSync("out/csp.json", `${JSON.stringify({ script_src: [...hashes].sort() }, null, 2)}\n`);
