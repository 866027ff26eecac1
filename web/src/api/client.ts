/** The typed HTTP client, generated from the server's OpenAPI. Every refusal is an ApiError; a lost session is announced once. */
import createClient, { type Middleware } from "openapi-fetch";
import type { paths } from "@/contract/api.gen";
import { errorFrom, isAbort, unreachable } from "./errors";

const listeners = new Set<() => void>();

/** Called when the server no longer knows who is asking. Returns the way to stop listening. */
export function onSignedOut(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Asking who one is, and signing in, may answer 401 without a session being lost. */
const MAY_BE_SIGNED_OUT = ["/api/auth/login", "/api/auth/register", "/api/auth/password"];

const refusals: Middleware = {
  async onResponse({ response, schemaPath }) {
    if (response.ok) return undefined;
    const body: unknown = await response.json().catch(() => null);
    if (response.status === 401 && !MAY_BE_SIGNED_OUT.includes(schemaPath)) {
      for (const listener of listeners) listener();
    }
    throw errorFrom(response.status, body);
  },
  onError({ error }) {
    if (isAbort(error)) return undefined;
    return unreachable();
  },
};

export const api = createClient<paths>({ credentials: "same-origin", baseUrl: "" });
api.use(refusals);

/** The body of an answer that has one. */
export async function body<Data>(answer: Promise<{ data?: Data }>): Promise<Data> {
  const { data } = await answer;
  if (data === undefined) throw unreachable();
  return data;
}
