import type { Session } from "./types";

/**
 * What the service lets a page know about what was kept of a session that is over: whether there
 * was a call, and whether the family agreed to keeping when it ended. What had been kept before
 * they changed their mind, it does not say.
 */
export function keptOf({ live_at, patient }: Session): "noCall" | "agreed" | "notAgreed" {
  if (live_at === null) return "noCall";
  return patient.keeping ? "agreed" : "notAgreed";
}
