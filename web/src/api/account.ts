/** Who is signed in, and how one comes and goes. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { components } from "@/contract/api.gen";
import { api, body } from "./client";
import { ApiError } from "./errors";

export type User = components["schemas"]["UserView"];

const ME = ["me"] as const;

/** Null: nobody is signed in. */
export function useMe() {
  return useQuery({
    queryKey: ME,
    queryFn: async ({ signal }): Promise<User | null> => {
      try {
        return await body(api.GET("/api/auth/me", { signal }));
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) return null;
        throw error;
      }
    },
    staleTime: 60_000,
  });
}

export interface Credentials {
  username: string;
  password: string;
}

export function useLogin() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (credentials: Credentials) => body(api.POST("/api/auth/login", { body: credentials })),
    onSuccess: ({ user }) => {
      client.clear();
      client.setQueryData(ME, user);
    },
  });
}

export function useRegister() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (account: Credentials & { email: string }) => body(api.POST("/api/auth/register", { body: account })),
    onSuccess: ({ user }) => {
      client.clear();
      client.setQueryData(ME, user);
    },
  });
}

/** Leaves by loading the page anew, so that nothing of this person stays in memory. */
export function useLogout() {
  return useMutation({
    mutationFn: async () => {
      await api.POST("/api/auth/logout");
    },
    onSuccess: () => window.location.replace("/login"),
  });
}

export function useChangePassword() {
  return useMutation({
    mutationFn: async (change: { current_password: string; new_password: string }) => {
      await api.POST("/api/auth/password", { body: change });
    },
  });
}
