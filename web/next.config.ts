/** Static export: FastAPI serves `out/`, so no Node runs in production. In `next dev` the API is proxied. */
import type { NextConfig } from "next";
import { PHASE_DEVELOPMENT_SERVER } from "next/constants";

const api = process.env.PARLEY_API ?? "http://127.0.0.1:8000";

export default function config(phase: string): NextConfig {
  const shared: NextConfig = {
    images: { unoptimized: true },
    reactStrictMode: true,
    devIndicators: false,
    turbopack: { root: process.cwd() },
  };
  if (phase === PHASE_DEVELOPMENT_SERVER) {
    return {
      ...shared,
      // The proxy must not buffer: event streams pass through it.
      compress: false,
      rewrites: async () => [{ source: "/api/:path*", destination: `${api}/api/:path*` }],
    };
  }
  return { ...shared, output: "export" };
}
