/** What the operator set up (never values), and the planners and models one may choose. */
import { useQuery } from "@tanstack/react-query";
import { api, body } from "./client";

export function useSettings() {
  return useQuery({
    queryKey: ["settings"],
    queryFn: ({ signal }) => body(api.GET("/api/settings", { signal })),
    staleTime: 60_000,
  });
}

export function useModels() {
  return useQuery({
    queryKey: ["models"],
    queryFn: ({ signal }) => body(api.GET("/api/models", { signal })),
    staleTime: 60_000,
  });
}
