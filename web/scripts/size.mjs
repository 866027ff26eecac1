/** The JavaScript that the first page loads, gzipped, in kB: what its HTML names and what those scripts import at once. Over budget fails. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET_KB = 300;
const html = readFileSync("out/index.html", "utf8");
const files = [...new Set([...html.matchAll(/<script[^>]*\ssrc="([^"]+\.js)"/g)].map(([, path]) => path))];
let total = 0;
for (const file of files) {
  const size = gzipSync(readFileSync(`out${file}`)).length / 1000;
  total += size;
  process.stdout.write(`${size.toFixed(1).padStart(8)}  ${file}\n`);
}
process.stdout.write(
  `${total.toFixed(1).padStart(8)}  named by the first page; the browser test adds what it loads next\n`,
);
if (total > BUDGET_KB) {
  process.stderr.write(`The first page loads ${total.toFixed(1)} kB of JavaScript; ${BUDGET_KB} is the budget.\n`);
  process.exit(1);
}
