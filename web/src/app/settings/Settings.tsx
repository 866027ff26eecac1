"use client";
/** Settings: theme, account, what the operator set up, deleted chats. */
import { LogOut } from "lucide-react";
import { useRouter } from "next/navigation";
import type { ReactNode } from "react";
import { useLogout, useMe } from "@/api/account";
import { ChangePassword, Configured } from "@/features/account";
import { DeletedChats } from "@/features/chats";
import { Button } from "@/ui/Button";
import { Segmented } from "@/ui/Segmented";
import { setTheme, type Theme, useTheme } from "@/ui/theme";
import { SubPage } from "../SubPage";

const THEMES: { value: Theme; label: string }[] = [
  { value: "system", label: "System" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
];

export function Settings() {
  const router = useRouter();
  const me = useMe();
  const logout = useLogout();
  const theme = useTheme();
  return (
    <SubPage title="Settings">
      <div className="grid gap-10">
        <Section title="Theme">
          <Segmented label="Theme" value={theme} onChange={setTheme} options={THEMES} />
        </Section>
        <Section title="Account" about={me.data ? `${me.data.username}, ${me.data.email}` : undefined}>
          <ChangePassword />
          <div className="mt-6">
            <Button onClick={() => logout.mutate()} disabled={logout.isPending}>
              <LogOut size={16} strokeWidth={1.75} aria-hidden="true" />
              Log out
            </Button>
          </div>
        </Section>
        <Section
          title="What is configured"
          about="Set by whoever runs this server, in its environment. Values are never shown here."
        >
          <Configured />
        </Section>
        <Section title="Deleted chats">
          <DeletedChats onRestored={(id) => router.push(`/?chat=${id}`)} />
        </Section>
      </div>
    </SubPage>
  );
}

function Section({ title, about, children }: { title: string; about?: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="grid gap-x-8 gap-y-3 tab:grid-cols-[200px_minmax(0,1fr)]">
      <div>
        <h2 className="font-semibold">{title}</h2>
        {about && <p className="mt-1 text-pretty text-sm text-3 [overflow-wrap:anywhere]">{about}</p>}
      </div>
      <div className="min-w-0">{children}</div>
    </section>
  );
}
