/** Draws the story's sentences by a seed, which is printed: `SEED=7 npx playwright test` draws the same again. */
import words from "./story-words.json" with { type: "json" };

export const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);

/** mulberry32: a small generator that is the same on every machine. */
function generator(state: number) {
  let at = state;
  return () => {
    at = (at + 0x6d2b79f5) | 0;
    let mixed = Math.imul(at ^ (at >>> 15), 1 | at);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function drawStory() {
  const next = generator(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(next() * items.length)] as Item;
  const domain = pick(words.domains);
  const story = { domain, create: pick(domain.create), change: pick(words.change), question: pick(words.question) };
  process.stdout.write(`seed ${seed}: ${JSON.stringify({ ...story, domain: domain.name })}\n`);
  return story;
}
