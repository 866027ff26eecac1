/** Search over titles, messages, node labels and types. A hit leads to its turn. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { components } from "@/contract/api.gen";
import { api, body } from "./client";

export type Hit = components["schemas"]["SearchHit"];

export function useSearch(query: string) {
  const words = query.trim();
  return useQuery({
    queryKey: ["search", words],
    queryFn: ({ signal }) => body(api.GET("/api/search", { params: { query: { q: words } }, signal })),
    enabled: words.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
}
