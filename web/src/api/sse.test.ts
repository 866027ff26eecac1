import { afterEach, expect, it, vi } from "vitest";
import { ApiError } from "./errors";
import { FrameParser, followStream, readStream, type StreamEvent } from "./sse";

const encoder = new TextEncoder();

function streamOf(...chunks: string[]): Response {
  return new Response(
    new ReadableStream({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(encoder.encode(chunk));
        controller.close();
      },
    }),
    { status: 200 },
  );
}

async function collect(stream: AsyncIterable<StreamEvent>): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

afterEach(() => vi.unstubAllGlobals());

it("reads the same events wherever the text is cut", () => {
  const text =
    'id: 1\r\nevent: reply.delta\r\ndata: {"text":"ä"}\r\n\r\n: ping\n\ndata: a\ndata: b\n\nid: 3\rdata: c\r\r';
  const whole = new FrameParser().push(`${text}\n`);
  expect(whole.map((event) => event.data)).toEqual(['{"text":"ä"}', "a\nb", "c"]);
  for (let cut = 1; cut < text.length; cut++) {
    const parser = new FrameParser();
    expect([...parser.push(text.slice(0, cut)), ...parser.push(`${text.slice(cut)}\n`)]).toEqual(whole);
  }
});

it("keeps the last id for events that carry none", () => {
  const events = new FrameParser().push("id: 7\ndata: a\n\ndata: b\n\n");
  expect(events.map((event) => event.id)).toEqual(["7", "7"]);
});

it("reads a letter that two chunks share", async () => {
  const bytes = encoder.encode("data: ü\n\n");
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(bytes.slice(0, 7));
      controller.enqueue(bytes.slice(7));
      controller.close();
    },
  });
  vi.stubGlobal("fetch", async () => new Response(body));
  const events = await collect(readStream({ url: "/x" }, new AbortController().signal));
  expect(events[0]?.data).toBe("ü");
});

it("re-attaches after the last id it saw, and says how long it waits", async () => {
  const asked: (string | null)[] = [];
  const answers = [
    () => streamOf("id: 4\nevent: delta\ndata: a\n\n"),
    () => {
      throw new TypeError("network");
    },
    () => streamOf("id: 5\nevent: end\ndata: b\n\n"),
  ];
  vi.stubGlobal("fetch", async (_url: string, init: RequestInit) => {
    asked.push(new Headers(init.headers).get("Last-Event-ID"));
    return answers.shift()?.();
  });
  const waits: (number | null)[] = [];
  const events = await collect(
    followStream("/x", {
      signal: new AbortController().signal,
      isLast: (event) => event.event === "end",
      onWaiting: (ms) => waits.push(ms),
      sleep: async () => {},
    }),
  );
  expect(events.map((event) => event.data)).toEqual(["a", "b"]);
  expect(asked).toEqual([null, "4", "4"]);
  expect(waits).toEqual([500, 1000, null]);
});

it("does not try again when the server refuses", async () => {
  const fetched = vi.fn(async () =>
    Response.json({ error: "not_found", message: "There is no such message.", details: {} }, { status: 404 }),
  );
  vi.stubGlobal("fetch", fetched);
  const reading = collect(followStream("/x", { signal: new AbortController().signal, isLast: () => false }));
  await expect(reading).rejects.toThrowError(new ApiError(404, "not_found", "There is no such message."));
  expect(fetched).toHaveBeenCalledTimes(1);
});

it("stops at once when aborted while it waits", async () => {
  vi.stubGlobal("fetch", async () => streamOf());
  const abort = new AbortController();
  const reading = collect(followStream("/x", { signal: abort.signal, isLast: () => false }));
  setTimeout(() => abort.abort(), 10);
  await expect(reading).rejects.toMatchObject({ name: "AbortError" });
});
