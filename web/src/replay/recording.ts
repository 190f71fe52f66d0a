import { eventsWithin, type TimeRange } from "../analysis/charts/timeSource";
import { HOLD_MS, type Shown } from "../analysis/overlay/scene";
import { type AnalysedFrame, unpackFrame } from "../analysis/stream/frames";
import type { SeriesView } from "../analysis/stream/series";
import {
  type Event,
  EventSchema,
  FrameResultSchema,
  NetworkStatsSchema,
  type Registry,
  RegistrySchema,
  type Value,
  WindowResultSchema,
} from "../generated/epedicare/analysis/v1/analysis_pb";
import type { Gap, Manifest, ReplayApi } from "./api";
import { Columns, firstAfter, joinViews } from "./columns";
import { type LineSecond, lineHistory } from "./lineHistory";
import { joinRanges, Slices } from "./slices";

const FRAME_SLICE_MS = 30_000;
const WINDOW_SLICE_MS = 300_000;
/** Up to this length a stretch is drawn frame by frame, beyond it second by second. */
export const FINE_RANGE_MS = 120_000;
const SECOND_MS = 1000;
/** Results are looked for so far behind the first picture. */
const FIRST_RESULT_WITHIN_MS = 5000;
const WINDOW_HOLD_MS = 1600;
const FRAME_HOLD_MS = 400;

interface FrameSlice {
  frames: AnalysedFrame[];
  tMs: Float64Array;
  columns: Columns;
}

export interface Moment {
  value: Value | undefined;
  /** Over how long it was taken; 0: on the frame alone. */
  windowMs: number;
}

type WindowSlice = Map<number, Columns>; // by the window's length

/** A recorded session, loaded as it is looked at. All times are the session's own. */
export class Recording {
  private readonly frames: Slices<FrameSlice>;
  private readonly windows: Slices<WindowSlice>;
  private readonly listeners = new Set<() => void>();
  private loads = 0;

  static async open(api: ReplayApi): Promise<Recording> {
    const manifest = await api.manifest();
    const whole = { fromMs: 0, toMs: manifest.duration_ms + SECOND_MS };
    const fromMs = manifest.runs[0]?.from_ms ?? 0;
    const beginning = { fromMs, toMs: fromMs + FIRST_RESULT_WITHIN_MS };
    const [[registry], events, windows] = await Promise.all([
      api.messages("registry", RegistrySchema, whole),
      api.messages("event", EventSchema, whole),
      api.messages("window", WindowResultSchema, beginning),
    ]);
    return new Recording(api, manifest, registry, endsOnly(events), windows[0]?.tMs ?? fromMs);
  }

  constructor(
    private readonly api: ReplayApi,
    readonly manifest: Manifest,
    readonly registry: Registry | undefined,
    readonly events: readonly Event[],
    /** When the first results were there. */
    readonly firstMs: number,
  ) {
    const onLoaded = () => {
      this.loads++;
      for (const listener of this.listeners) listener();
    };
    const end = manifest.duration_ms;
    this.frames = new Slices(FRAME_SLICE_MS, 12, end, (range) => loadFrames(api, range), onLoaded);
    this.windows = new Slices(
      WINDOW_SLICE_MS,
      24,
      end,
      (range) => loadWindows(api, range),
      onLoaded,
    );
  }

  /** Tells when more has been loaded; with snapshot, for useSyncExternalStore. */
  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): number => this.loads;

  /** Loaded apart: the replay does not wait for it. */
  async lineHistory(): Promise<LineSecond[]> {
    const whole = { fromMs: 0, toMs: this.manifest.duration_ms + SECOND_MS };
    return lineHistory(await this.api.messages("network", NetworkStatsSchema, whole));
  }

  get videoUrl(): string {
    return this.api.videoUrl;
  }

  /** The analysed frame that is nearest to a moment, if one is near enough. */
  frameNear(tMs: number, withinMs: number): AnalysedFrame | undefined {
    const range = { fromMs: tMs - withinMs, toMs: tMs + withinMs };
    this.frames.expect(tMs + FRAME_SLICE_MS / 2);
    this.frames.expect(tMs + (3 * FRAME_SLICE_MS) / 2);
    this.windows.expect(tMs + FRAME_SLICE_MS);
    let nearest: AnalysedFrame | undefined;
    for (const { frames, tMs: times } of this.frames.within(range)) {
      const after = firstAfter(times, tMs);
      for (const frame of [frames[after - 1], frames[after]]) {
        if (frame === undefined || Math.abs(frame.tMs - tMs) > withinMs) continue;
        if (nearest && Math.abs(nearest.tMs - tMs) <= Math.abs(frame.tMs - tMs)) continue;
        nearest = frame;
      }
    }
    return nearest;
  }

  /** What is drawn over the picture of a moment: its own face, the body and hands held briefly. */
  shownAt(tMs: number, withinMs: number): Shown {
    const face = this.frameNear(tMs, withinMs);
    const at = face?.tMs ?? tMs;
    return {
      faceAgeMs: 0,
      face,
      pose: held(this.framesIn(at - 1000, at + 1000), at, ({ pose }) => pose),
      hands: held(this.framesIn(at - 1000, at + 1000), at, ({ hands }) => hands),
    };
  }

  /** The analysed frame before (-1) or after (1) a moment. */
  neighbour(tMs: number, direction: -1 | 1): number {
    const frames = this.framesIn(tMs - SECOND_MS, tMs + SECOND_MS);
    const found =
      direction === 1
        ? frames.find((frame) => frame.tMs > tMs + SAME_FRAME_MS)
        : frames.findLast((frame) => frame.tMs < tMs - SAME_FRAME_MS);
    return found?.tMs ?? tMs + direction * FALLBACK_FRAME_MS;
  }

  /**
   * A measure at a moment: over the window that people are shown; where that has no value, as it
   * was on the frame, which is what charts draw.
   */
  momentOf(measure: number, tMs: number): Moment {
    const windowMs = this.registry?.measures[measure]?.displayWindowMs ?? 0;
    const range = { fromMs: tMs, toMs: tMs };
    const [frames] = this.frames.within(range);
    const [windows] = this.windows.within(range);
    const onFrame = frames?.columns.valueAt(measure, tMs, FRAME_HOLD_MS);
    const overWindow = windows?.get(windowMs)?.valueAt(measure, tMs, WINDOW_HOLD_MS);
    const isFrames = windowMs === 0 || (overWindow?.value === undefined && onFrame !== undefined);
    return isFrames ? { value: onFrame, windowMs: 0 } : { value: overWindow, windowMs };
  }

  /** What is not known yet of a stretch. */
  loadingIn(range: TimeRange): TimeRange[] {
    const isFine = range.toMs - range.fromMs <= FINE_RANGE_MS;
    return joinRanges([
      ...(isFine ? this.frames.missing(range) : []),
      ...this.windows.missing(range),
    ]);
  }

  gapAt(tMs: number): Gap | undefined {
    return this.manifest.gaps.find(({ from_ms, to_ms }) => from_ms <= tMs && tMs < to_ms);
  }

  series(measure: number, range: TimeRange): SeriesView | undefined {
    const { fromMs, toMs } = range;
    if (toMs - fromMs <= FINE_RANGE_MS) {
      const fine = this.frames
        .within(range)
        .flatMap(({ columns }) => columns.view(measure, fromMs, toMs) ?? []);
      if (fine.length > 0) return joinViews(fine);
    }
    const length = this.registry?.measures[measure]?.displayWindowMs || SECOND_MS;
    const coarse = this.windows
      .within(range)
      .flatMap((slice) => slice.get(length)?.view(measure, fromMs, toMs) ?? []);
    return joinViews(coarse);
  }

  facePresence({ fromMs, toMs }: TimeRange): SeriesView {
    const frames = toMs - fromMs <= FINE_RANGE_MS ? this.framesIn(fromMs, toMs) : [];
    return {
      tMs: Float64Array.from(frames, (frame) => frame.tMs),
      values: Float64Array.from(frames, (frame) => (frame.face === undefined ? 0 : 1)),
      quality: new Uint8Array(frames.length),
    };
  }

  eventsIn(range: TimeRange): readonly Event[] {
    return eventsWithin(this.events, range, (event) => this.endOf(event));
  }

  endOf(event: Event): number {
    return event.offsetMs ?? this.stoppedAt(event);
  }

  /** Where the run of an event ended. */
  stoppedAt({ origin }: Event): number {
    const run = this.manifest.runs.find(({ run }) => run === origin?.run);
    return run?.to_ms ?? this.manifest.duration_ms;
  }

  private framesIn(fromMs: number, toMs: number): AnalysedFrame[] {
    return this.frames
      .within({ fromMs, toMs })
      .flatMap(({ frames, tMs }) =>
        frames.slice(firstAfter(tMs, fromMs - 1e-6), firstAfter(tMs, toMs)),
      );
  }
}

const FALLBACK_FRAME_MS = 40;
const SAME_FRAME_MS = 2; // results count whole milliseconds, a video does not

function held<T extends { tMs: number }>(
  frames: readonly AnalysedFrame[],
  tMs: number,
  shapeOf: (frame: AnalysedFrame) => T | undefined,
) {
  let newest: T | undefined;
  for (const frame of frames) {
    const shape = shapeOf(frame);
    if (shape !== undefined && shape.tMs <= tMs && tMs - shape.tMs <= HOLD_MS) newest = shape;
  }
  return newest && { shape: newest, ageMs: tMs - newest.tMs };
}

async function loadFrames(api: ReplayApi, range: TimeRange): Promise<FrameSlice> {
  const messages = await api.messages("frame", FrameResultSchema, range);
  const frames = messages.map((message) => unpackFrame(message, 0));
  return {
    frames,
    tMs: Float64Array.from(frames, (frame) => frame.tMs),
    columns: Columns.of(frames),
  };
}

async function loadWindows(api: ReplayApi, range: TimeRange): Promise<WindowSlice> {
  const slice: WindowSlice = new Map();
  for (const window of await api.messages("window", WindowResultSchema, range)) {
    const columns = slice.get(window.windowMs) ?? new Columns();
    slice.set(window.windowMs, columns);
    for (const value of window.values) columns.add(window.tMs, value);
  }
  return slice;
}

/** An event that lasts is logged at its start and again at its end: the end says it all. */
export function endsOnly(events: readonly Event[]): Event[] {
  const byId = new Map<string, Event>();
  for (const event of events) {
    const id = `${event.origin?.run ?? 0}/${event.id}`;
    if (event.offsetMs !== undefined || !byId.has(id)) byId.set(id, event);
  }
  return [...byId.values()].sort((a, b) => a.onsetMs - b.onsetMs);
}
