"use client";
/** Sends who is not signed in to the log-in page, and back afterwards. */
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { type User, useMe } from "@/api/account";
import { onSignedOut } from "@/api/client";

export function useSignedIn(): { user: User | null; error: unknown; retry: () => void } {
  const me = useMe();
  const client = useQueryClient();
  const router = useRouter();
  useEffect(() => onSignedOut(() => client.setQueryData(["me"], null)), [client]);
  const signedOut = me.isSuccess && me.data === null;
  useEffect(() => {
    if (!signedOut) return;
    const here = window.location.pathname + window.location.search;
    router.replace(here === "/" ? "/login" : `/login?next=${encodeURIComponent(here)}`);
  }, [signedOut, router]);
  return { user: me.data ?? null, error: me.error, retry: () => void me.refetch() };
}

/** Where to go after signing in: a page of ours, whatever the address says. */
export function afterSignIn(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : "/";
}
