/** What the server refused, in its one shape `{error, message, details}`, and what never reached it. */

export class ApiError extends Error {
  constructor(
    /** The HTTP status; 0 when no answer came. */
    readonly status: number,
    /** The situation's name: `chat_moved_on`, `turn_in_progress`, `not_found`, ... */
    readonly code: string,
    message: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = "ApiError";
  }
}

const NO_ANSWER = "The server did not answer. Nothing was changed. Check the connection and try again.";

export function unreachable(): ApiError {
  return new ApiError(0, "unreachable", NO_ANSWER);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads an error body; anything but the one shape (a proxy's page) becomes a plain sentence with the status. */
export function errorFrom(status: number, body: unknown): ApiError {
  if (isRecord(body) && typeof body.error === "string" && typeof body.message === "string") {
    return new ApiError(status, body.error, body.message, isRecord(body.details) ? body.details : {});
  }
  return new ApiError(status, "unexpected_answer", `The server answered with status ${status}. Try again in a moment.`);
}

/** The sentence to show for whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof ApiError ? error.message : NO_ANSWER;
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** The form field that an error is about (`details.field`), or null. */
export function fieldOf(error: unknown): string | null {
  return error instanceof ApiError && typeof error.details.field === "string" ? error.details.field : null;
}
