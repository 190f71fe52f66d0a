import type { Event, Registry, Value } from "../../generated/epedicare/analysis/v1/analysis_pb";
import type { AnalysisStore } from "../stream/analysisStore";
import type { TimeRange } from "../stream/followed";
import type { SeriesView } from "../stream/series";
import { type Unknown, unknownInCall } from "../values/unknown";

export type { TimeRange };

/** What charts draw from: the last minute of a call, or a stretch of a recorded session. */
export interface TimeSource {
  /** Tells when there is more to show; with snapshot, for useSyncExternalStore. */
  subscribe(listener: () => void): () => void;
  /** Another value after each change. */
  snapshot(): unknown;
  readonly registry: Registry | undefined;
  range(): TimeRange;
  series(measure: number, range: TimeRange): SeriesView | undefined;
  /** What was heard of a measure at the cursor, or last. */
  valueNow(measure: number): Value | undefined;
  facePresence(range: TimeRange): SeriesView;
  /** Where a blank does not say that nothing could be measured. */
  unknown(range: TimeRange): readonly Unknown[];
  events(range: TimeRange): readonly Event[];
  /** Until when an event was seen. */
  endOf(event: Event): number;
  /** Where the shown picture is; undefined: at the end of the range. */
  cursorMs(): number | undefined;
  /** Media time to the time that a person is shown, in ms since the session began. */
  clockMs(tMs: number): number;
  /** After a press on a chart at this time; undefined when time cannot be chosen. */
  seek: ((tMs: number) => void) | undefined;
}

export const LIVE_RANGE_MS = 60_000;

/** The last minute; clockOffsetMs is the consultation's time when the agent's was 0. */
export function liveSource(store: AnalysisStore, clockOffsetMs: () => number): TimeSource {
  const endOf = ({ offsetMs }: Event) => offsetMs ?? store.nowMs;
  return {
    subscribe: store.subscribe,
    snapshot: store.snapshot,
    get registry() {
      return store.nowMs > 0 ? store.registry : undefined; // nothing to draw before
    },
    range: () => ({ fromMs: store.nowMs - LIVE_RANGE_MS, toMs: store.nowMs }),
    series: (measure, { fromMs, toMs }) => store.fineSeriesOf(measure)?.view(fromMs, toMs),
    valueNow: (measure) => store.currentOf(measure)?.value,
    facePresence: ({ fromMs, toMs }) => store.facePresence.view(fromMs, toMs),
    unknown: (range) => unknownInCall(store, range),
    events: (range) =>
      eventsWithin(
        store.events.all().filter((event) => event.origin?.run === store.run),
        range,
        endOf,
      ),
    endOf,
    cursorMs: () => undefined,
    clockMs: (tMs) => tMs + clockOffsetMs(),
    seek: undefined,
  };
}

export function eventsWithin(
  events: readonly Event[],
  { fromMs, toMs }: TimeRange,
  endOf: (event: Event) => number,
): Event[] {
  return events.filter((event) => event.onsetMs <= toMs && endOf(event) >= fromMs);
}
