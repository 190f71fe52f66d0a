import type { LoginLasts } from "../api";

/** The page warns this long before. */
export const WARNING_S = 120;
/** In a call nothing ends; whether it is still one is asked again. */
const LOOK_AGAIN_S = 60;

export interface Outlook {
  /** What is about to end the login: that nothing is done, or its age. */
  warning: "idle" | "age" | null;
  /** When to ask the service again. */
  lookInS: number;
}

export function outlook({ idle_in_s, ends_in_s }: LoginLasts): Outlook {
  const idleInS = idle_in_s ?? Number.POSITIVE_INFINITY;
  const endsInS = ends_in_s ?? Number.POSITIVE_INFINITY;
  const overInS = Math.min(idleInS, endsInS);
  if (!Number.isFinite(overInS)) return { warning: null, lookInS: LOOK_AGAIN_S };
  if (overInS > WARNING_S) return { warning: null, lookInS: overInS - WARNING_S };
  return { warning: idleInS < endsInS ? "idle" : "age", lookInS: overInS + 1 };
}
