"use client";
/** What the turn has cost so far, up to its budget; or what the last one cost, and whose work it was. */
import { useEffect, useState } from "react";
import { useModels, useSettings } from "@/api/settings";
import { count, money } from "@/model/format";
import type { Message } from "@/model/message";

interface Props {
  /** The newest reply, live or not. */
  reply: Message | null;
  budget: { seconds: number; tokens: number };
  /** Said when there is no reply yet. */
  idle: string;
}

const TICK_MS = 100;

function Meter({ reply, budget, idle }: Props) {
  return (
    <span className="num min-w-0 truncate text-right text-xs text-3">
      {reply === null ? idle : reply.status === "streaming" ? <Live reply={reply} budget={budget} /> : spent(reply)}
    </span>
  );
}

function Live({ reply, budget }: { reply: Message; budget: Props["budget"] }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, (now - Date.parse(reply.created_at)) / 1000);
  const tokens = reply.usage ? reply.usage.input_tokens + reply.usage.output_tokens : null;
  return (
    <>
      {seconds.toFixed(1)} s of {budget.seconds} s
      {tokens !== null && `, ${tokens.toLocaleString("en")} of ${budget.tokens.toLocaleString("en")} tokens`}
    </>
  );
}

export function spent(reply: Message): string {
  const { usage, model, planner } = reply;
  const by = planner === "builtin" ? "built-in" : (model ?? planner);
  if (!usage) return by ?? "";
  const tokens = usage.input_tokens + usage.output_tokens;
  const seconds =
    usage.seconds < 10 ? Math.max(usage.seconds, 0.01).toFixed(usage.seconds < 1 ? 2 : 1) : Math.round(usage.seconds);
  return [`${seconds} s`, count(tokens, "token"), money(usage.cost), by].filter(Boolean).join(", ");
}

const BUDGET = { seconds: 60, tokens: 15_000 };

export function ComposerMeter({ reply }: { reply: Message | null }) {
  const settings = useSettings();
  const limits = settings.data?.limits;
  const budget = limits ? { seconds: limits.turn_seconds, tokens: limits.turn_tokens } : BUDGET;
  const models = useModels();
  const idle = models.data && models.data.items.length === 0 ? "No key needed" : "";
  return <Meter reply={reply} budget={budget} idle={idle} />;
}
