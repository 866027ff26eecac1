"use client";
/** Knowledge at `/knowledge?collection=`. */
import { useSearchParams } from "next/navigation";
import { KnowledgePage } from "@/features/knowledge";
import { SubPage } from "../SubPage";

export function Knowledge() {
  const collection = useSearchParams().get("collection");
  const onPick = (name: string) =>
    window.history.replaceState(null, "", `/knowledge?collection=${encodeURIComponent(name)}`);
  return (
    <SubPage title="Knowledge">
      <KnowledgePage collection={collection} onPick={onPick} />
    </SubPage>
  );
}
