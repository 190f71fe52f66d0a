import type { TimeRange, TimeSource } from "../analysis/charts/timeSource";
import type { Playback } from "./playback";
import type { Recording } from "./recording";

/** Lengths of the stretch that charts show; 0 is the whole session. */
export const ZOOMS_MS = [10_000, 60_000, 300_000, 0] as const;

/** Charts turn over like pages: nothing moves under the reader's eye until the cursor leaves. */
export function pageAt(positionMs: number, lengthMs: number, durationMs: number): TimeRange {
  if (lengthMs === 0 || lengthMs >= durationMs) return { fromMs: 0, toMs: Math.max(1, durationMs) };
  const fromMs = Math.floor(Math.min(positionMs, durationMs - 1) / lengthMs) * lengthMs;
  return { fromMs, toMs: fromMs + lengthMs };
}

export function replaySource(
  recording: Recording,
  playback: Playback,
  zoomMs: () => number,
): TimeSource {
  return {
    subscribe: (listener) => {
      const stops = [playback.subscribe(listener), recording.subscribe(listener)];
      return () => {
        for (const stop of stops) stop();
      };
    },
    snapshot: () => playback.snapshot() + recording.snapshot(), // both only grow
    registry: recording.registry,
    range: () => pageAt(playback.positionMs, zoomMs(), recording.manifest.duration_ms),
    series: (measure, range) => recording.series(measure, range),
    valueNow: (measure) => recording.momentOf(measure, playback.positionMs).value,
    facePresence: (range) => recording.facePresence(range),
    unknown: (range) =>
      recording.loadingIn(range).map((stretch) => ({ ...stretch, why: "loading" })),
    events: (range) => recording.eventsIn(range),
    endOf: (event) => recording.endOf(event),
    cursorMs: () => playback.positionMs,
    clockMs: (tMs) => tMs,
    seek: (tMs) => playback.seek(tMs),
  };
}
