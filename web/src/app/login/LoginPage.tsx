"use client";
/** The page to log in or register on. */
import { useRouter, useSearchParams } from "next/navigation";
import { useEffect } from "react";
import { useMe } from "@/api/account";
import { SignIn, type SignInMode } from "@/features/account";
import { afterSignIn } from "../use-signed-in";

export function LoginPage() {
  const params = useSearchParams();
  const router = useRouter();
  const me = useMe();
  const next = afterSignIn(params.get("next"));
  const mode: SignInMode = params.get("new") === null ? "login" : "register";
  const signedIn = me.data != null;
  useEffect(() => {
    if (signedIn) router.replace(next);
  }, [signedIn, next, router]);
  const onMode = (wanted: SignInMode) => {
    const query = new URLSearchParams(params);
    if (wanted === "register") query.set("new", "");
    else query.delete("new");
    window.history.replaceState(null, "", `/login${query.size > 0 ? `?${query}` : ""}`);
  };
  return (
    <main className="grid h-full place-items-center overflow-y-auto bg-sunken p-4">
      <div className="w-full max-w-[400px] rounded-xl border border-line bg-surface p-10 shadow-card max-tab:p-6">
        <SignIn mode={mode} onMode={onMode} onDone={() => router.replace(next)} />
      </div>
    </main>
  );
}
