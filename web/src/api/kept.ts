import type { Session } from "./types";

/** Nothing comes after it: not even a family may come in any more. */
export function isOver({ state }: Session): boolean {
  return state === "ended" || state === "expired" || state === "cancelled";
}

/** What is kept of a session that is over. */
export function keptOf({ live_at, measurements }: Session): "noCall" | "kept" | "nothing" {
  if (live_at === null) return "noCall";
  return measurements.kept ? "kept" : "nothing";
}
