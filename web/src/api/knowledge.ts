/** Collections, their documents, pages and passages. A document that is being read is asked for again until it is ready. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { components } from "@/contract/api.gen";
import { api, body } from "./client";
import { errorFrom, unreachable } from "./errors";

export type Collection = components["schemas"]["CollectionView"];
export type KnowledgeDocument = components["schemas"]["DocumentView"];
export type Passage = components["schemas"]["FoundView"];

export const knowledgeKeys = {
  collections: ["collections"] as const,
  documents: (collection: string) => ["documents", collection] as const,
  page: (documentId: string, page: number) => ["page", documentId, page] as const,
  search: (collection: string, query: string) => ["passages", collection, query] as const,
};

const WORKING = ["queued", "parsing", "embedding"];
const ASK_AGAIN_MS = 1000;

export function isWorking(document: Pick<KnowledgeDocument, "status">): boolean {
  return WORKING.includes(document.status);
}

export function useCollections(enabled = true) {
  return useQuery({
    queryKey: knowledgeKeys.collections,
    queryFn: ({ signal }) => body(api.GET("/api/collections", { signal })),
    enabled,
  });
}

export function useCreateCollection() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => body(api.POST("/api/collections", { body: { name } })),
    onSettled: () => client.invalidateQueries({ queryKey: knowledgeKeys.collections }),
  });
}

export function useDeleteCollection() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (name: string) => {
      await api.DELETE("/api/collections/{name}", { params: { path: { name } } });
    },
    onSettled: () => client.invalidateQueries({ queryKey: knowledgeKeys.collections }),
  });
}

export function useDocuments(collection: string) {
  return useInfiniteQuery({
    queryKey: knowledgeKeys.documents(collection),
    queryFn: ({ pageParam, signal }) =>
      body(
        api.GET("/api/collections/{name}/documents", {
          params: { path: { name: collection }, query: { cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some(isWorking)) ? ASK_AGAIN_MS : false,
  });
}

export function useCancelDocument(collection: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) => {
      await api.POST("/api/documents/{document_id}/cancel", { params: { path: { document_id: id } } });
    },
    onSettled: () => client.invalidateQueries({ queryKey: knowledgeKeys.documents(collection) }),
  });
}

export function useDeleteDocument(collection: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (id: string) => {
      await api.DELETE("/api/documents/{document_id}", { params: { path: { document_id: id } } });
    },
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: knowledgeKeys.documents(collection) });
      await client.invalidateQueries({ queryKey: knowledgeKeys.collections });
    },
  });
}

export function useDocumentPage(documentId: string, page: number) {
  return useQuery({
    queryKey: knowledgeKeys.page(documentId, page),
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/documents/{document_id}/pages/{number}", {
          params: { path: { document_id: documentId, number: page } },
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function usePassages(collection: string, query: string) {
  const words = query.trim();
  return useQuery({
    queryKey: knowledgeKeys.search(collection, words),
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/collections/{name}/search", {
          params: { path: { name: collection }, query: { q: words } },
          signal,
        }),
      ),
    enabled: words.length > 0,
  });
}

/** Sends one file and tells how much of it has left, 0 to 1. XMLHttpRequest, since fetch does not report what it sends. */
export function uploadDocument(
  collection: string,
  file: File,
  onProgress: (part: number) => void,
  signal: AbortSignal,
): Promise<KnowledgeDocument> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/collections/${encodeURIComponent(collection)}/documents`);
    request.responseType = "json";
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(request.response as KnowledgeDocument);
      else reject(errorFrom(request.status, request.response));
    };
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(new DOMException("The upload was cancelled.", "AbortError"));
    signal.addEventListener("abort", () => request.abort());
    const form = new FormData();
    form.append("file", file);
    request.send(form);
  });
}
