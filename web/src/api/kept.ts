import type { Session } from "./types";

/** What is kept of a session that is over. */
export function keptOf({ live_at, measurements }: Session): "noCall" | "kept" | "nothing" {
  if (live_at === null) return "noCall";
  return measurements.kept ? "kept" : "nothing";
}
