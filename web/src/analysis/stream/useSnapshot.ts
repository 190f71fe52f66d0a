import { useSyncExternalStore } from "react";
import type { AnalysisStore } from "./analysisStore";
import type { AnalysisSnapshot } from "./snapshot";

/** All of the newest snapshot: renders with each one. */
export function useSnapshot(store: AnalysisStore): AnalysisSnapshot {
  return useSyncExternalStore(store.subscribe, store.snapshot);
}

/** A part of the newest snapshot: renders only when that part is another. It must be a plain value
 *  or an object of the snapshot, not one made anew. */
export function useOfSnapshot<T>(store: AnalysisStore, select: (now: AnalysisSnapshot) => T): T {
  return useSyncExternalStore(store.subscribe, () => select(store.snapshot()));
}
