import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const SERVICE = process.env.EPEDICARE_SERVICE ?? "http://127.0.0.1:5002";

export default defineConfig({
  plugins: [react()],
  server: { proxy: { "/api": { target: SERVICE, changeOrigin: false } } },
  // The service's content security policy allows no data: or blob: assets.
  // Safari 15.4 is the oldest that livekit-client 2 supports; index.html says so to older ones.
  build: { target: "safari15.4", assetsInlineLimit: 0, chunkSizeWarningLimit: 700 },
  worker: { format: "es" },
  test: { include: ["src/**/*.test.{ts,tsx}"], environment: "node" },
});
