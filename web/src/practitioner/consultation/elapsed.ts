import type { AnalysisStore } from "../../analysis/stream/analysisStore";
import type { Session } from "../../api";
import type { Event } from "../../generated/epedicare/analysis/v1/analysis_pb";

/** How long the consultation has been going on; undefined before it has begun. */
export function elapsedMs({ live_at, ended_at }: Session, nowUnixMs: number): number | undefined {
  if (live_at === null) return undefined;
  const end = ended_at === null ? nowUnixMs : Date.parse(ended_at);
  return Math.max(0, end - Date.parse(live_at));
}

/** The consultation's time when a run's media time was 0; 0 when that is not known. */
export function clockOffsetMs({ live_at }: Session, store: AnalysisStore, run: number): number {
  const started = store.startOf(run);
  return started === undefined || live_at === null ? 0 : started - Date.parse(live_at);
}

export function eventClockMs(session: Session, store: AnalysisStore, event: Event): number {
  return event.onsetMs + clockOffsetMs(session, store, event.origin?.run ?? 0);
}
