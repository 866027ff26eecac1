/** Reads an event stream with fetch: parses frames, remembers the last id, and re-attaches with a growing pause. */
import { ApiError, errorFrom, isAbort, unreachable } from "./errors";

export interface StreamEvent {
  id: string | null;
  event: string;
  data: string;
}

/** Turns chunks of text into events. Kept apart from the network, since frames may be cut anywhere. */
export class FrameParser {
  private rest = "";
  private data: string[] = [];
  private event = "message";
  private id: string | null = null;

  push(chunk: string): StreamEvent[] {
    const events: StreamEvent[] = [];
    this.rest += chunk;
    // A lone CR at the end may be the first half of CRLF: keep it until more comes.
    const usable = this.rest.endsWith("\r") ? this.rest.slice(0, -1) : this.rest;
    const lines = usable.split(/\r\n|\n|\r/);
    this.rest = (lines.pop() ?? "") + this.rest.slice(usable.length);
    for (const line of lines) {
      if (line === "") {
        if (this.data.length > 0) events.push({ id: this.id, event: this.event, data: this.data.join("\n") });
        this.data = [];
        this.event = "message";
      } else if (!line.startsWith(":")) {
        this.field(line);
      }
    }
    return events;
  }

  private field(line: string): void {
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "data") this.data.push(value);
    else if (name === "event") this.event = value;
    else if (name === "id" && !value.includes("\0")) this.id = value;
  }
}

async function* framesOf(response: Response): AsyncGenerator<StreamEvent> {
  if (!response.body) return;
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  const parser = new FrameParser();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* parser.push(decoder.decode(value, { stream: true }));
    }
  } finally {
    // A consumer that stops early must free the connection: browsers allow six per origin.
    reader.cancel().catch(() => {});
  }
}

async function open(request: StreamRequest, lastId: string | null, signal: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { Accept: "text/event-stream" };
  if (request.body !== undefined) headers["Content-Type"] = "application/json";
  if (lastId !== null) headers["Last-Event-ID"] = lastId;
  let response: Response;
  try {
    response = await fetch(request.url, {
      method: request.body === undefined ? "GET" : "POST",
      headers,
      body: request.body === undefined ? undefined : JSON.stringify(request.body),
      credentials: "same-origin",
      signal,
    });
  } catch (error) {
    throw isAbort(error) ? error : unreachable();
  }
  if (!response.ok) throw errorFrom(response.status, await response.json().catch(() => null));
  return response;
}

interface StreamRequest {
  url: string;
  /** With a body the request is a POST. */
  body?: unknown;
}

/** One connection, no second try. Throws ApiError when refused; ends when the server closes. */
export async function* readStream(
  request: StreamRequest,
  signal: AbortSignal,
  lastId: string | null = null,
): AsyncGenerator<StreamEvent> {
  const response = await open(request, lastId, signal);
  try {
    yield* framesOf(response);
  } catch (error) {
    throw isAbort(error) || error instanceof ApiError ? error : unreachable();
  }
}

export interface FollowOptions {
  signal: AbortSignal;
  /** True for the event after which nothing comes. */
  isLast: (event: StreamEvent) => boolean;
  /** Told the milliseconds until the next try, and null once connected again. */
  onWaiting?: (ms: number | null) => void;
  lastId?: string | null;
  /** For tests. */
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/** Follows a GET stream until its last event, re-attaching after the last id seen. A refusal (4xx) is final and thrown. */
export async function* followStream(url: string, options: FollowOptions): AsyncGenerator<StreamEvent> {
  const sleep = options.sleep ?? pause;
  let lastId = options.lastId ?? null;
  let wait = FIRST_PAUSE_MS;
  for (;;) {
    try {
      for await (const event of readStream({ url }, options.signal, lastId)) {
        if (wait !== FIRST_PAUSE_MS) options.onWaiting?.(null);
        wait = FIRST_PAUSE_MS;
        lastId = event.id ?? lastId;
        yield event;
        if (options.isLast(event)) return;
      }
    } catch (error) {
      if (isAbort(error) || (error instanceof ApiError && error.status >= 400 && error.status < 500)) throw error;
    }
    options.signal.throwIfAborted();
    options.onWaiting?.(wait);
    await sleep(wait, options.signal);
    wait = Math.min(wait * 2, LONGEST_PAUSE_MS);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
