/** The node types, asked for once: they draw cards, forms, the palette and the chains of the empty page. */
import { useQuery } from "@tanstack/react-query";
import { type Catalogue, catalogueOf, type NodeTypeInfo } from "@/model/catalogue";
import { api, body } from "./client";

export function useCatalogue() {
  return useQuery({
    queryKey: ["node-types"],
    queryFn: async ({ signal }): Promise<Catalogue> => {
      const { items } = await body(api.GET("/api/node-types", { signal }));
      return catalogueOf(items as NodeTypeInfo[]);
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}
