import { create } from "@bufbuild/protobuf";
import { sizeDelimitedEncode } from "@bufbuild/protobuf/wire";
import { expect, test, vi } from "vitest";
import { frameMessage, registry } from "../analysis/stream/sampleMessages";
import {
  EventSchema,
  FrameResultSchema,
  Quality,
  ValueSchema,
  WindowResultSchema,
} from "../generated/epedicare/analysis/v1/analysis_pb";
import { ReplayApi, readDelimited } from "./api";
import { Columns, joinViews } from "./columns";
import { csvOf } from "./csv";
import { neighbouringOnset } from "./keys";
import { Playback } from "./playback";
import { endsOnly, Recording } from "./recording";
import { joinRanges, Slices } from "./slices";
import { pageAt } from "./source";

function joined(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

test("messages that follow each other are read back, a cut-off last one left out", () => {
  const encoded = [1, 2, 3].map((seq) =>
    sizeDelimitedEncode(FrameResultSchema, frameMessage({ seq })),
  );
  const whole = joined(...encoded);
  const times = (bytes: Uint8Array) =>
    readDelimited(FrameResultSchema, bytes).map(({ tMs }) => tMs);
  expect(times(whole)).toEqual([40, 80, 120]);
  expect(times(whole.subarray(0, whole.length - 1))).toEqual([40, 80]);
  expect(times(new Uint8Array())).toEqual([]);
});

function columnsOf(...samples: [number, number | undefined][]): Columns {
  return Columns.of(
    samples.map(([tMs, value]) => ({
      tMs,
      values: [create(ValueSchema, { measure: 0, value, quality: Quality.GOOD })],
    })),
  );
}

test("the value at the cursor is the newest one, unless it is too old", () => {
  const columns = columnsOf([1000, 5], [2000, undefined]);
  expect(columns.valueAt(0, 1999, 1600)?.value).toBe(5);
  expect(columns.valueAt(0, 2000, 1600)?.value).toBeUndefined();
  expect(columns.valueAt(0, 999, 1600)).toBeUndefined();
  expect(columns.valueAt(0, 3601, 1600)).toBeUndefined();
  expect(columns.valueAt(1, 1500, 1600)).toBeUndefined();
});

test("views of neighbouring pieces join into one line", () => {
  const views = [columnsOf([0, 1], [40, 2]), columnsOf([80, undefined])].flatMap(
    (columns) => columns.view(0, 0, 80) ?? [],
  );
  const view = joinViews(views);
  expect([...(view?.tMs ?? [])]).toEqual([0, 40, 80]);
  expect([...(view?.values ?? [])]).toEqual([1, 2, Number.NaN]);
  expect(view?.quality[2]).toBe(Quality.NOT_MEASURABLE);
});

test("pages turn when the cursor leaves them, and the last moment has one too", () => {
  expect(pageAt(59_999, 60_000, 150_000)).toEqual({ fromMs: 0, toMs: 60_000 });
  expect(pageAt(60_000, 60_000, 150_000)).toEqual({ fromMs: 60_000, toMs: 120_000 });
  expect(pageAt(120_000, 60_000, 120_000)).toEqual({ fromMs: 60_000, toMs: 120_000 });
  expect(pageAt(5, 0, 150_000)).toEqual({ fromMs: 0, toMs: 150_000 });
  expect(pageAt(0, 60_000, 0)).toEqual({ fromMs: 0, toMs: 1 });
});

test("brackets go to the next onset, not to the one under the cursor", () => {
  const events = [500, 2000, 9000].map((onsetMs) => create(EventSchema, { onsetMs }));
  expect(neighbouringOnset(events, 2000, 1)).toBe(9000);
  expect(neighbouringOnset(events, 2000, -1)).toBe(500);
  expect(neighbouringOnset(events, 9000, 1)).toBeUndefined();
});

test("an event that lasts appears once, with its end", () => {
  const events = [
    create(EventSchema, { id: 1, onsetMs: 700 }),
    create(EventSchema, { id: 2, onsetMs: 300, offsetMs: 400 }),
    create(EventSchema, { id: 1, onsetMs: 700, offsetMs: 900 }),
    create(EventSchema, { id: 3, onsetMs: 950 }),
  ];
  expect(endsOnly(events).map(({ id, offsetMs }) => [id, offsetMs])).toEqual([
    [2, 400],
    [1, 900],
    [3, undefined],
  ]);
});

test("an event whose end was never logged ended with its run", () => {
  const manifest = {
    session_id: "4f2a",
    duration_ms: 9000,
    has_video: false,
    is_same_video: false,
    video_offset_ms: 0,
    runs: [
      { run: 1, from_ms: 0, to_ms: 3000 },
      { run: 2, from_ms: 5000, to_ms: 9000 },
    ],
    gaps: [],
    sample: false,
  };
  const begun = create(EventSchema, { origin: { run: 1 }, kind: 1, onsetMs: 2000 });
  const recording = new Recording(
    new ReplayApi("/replay", { headers: {} }),
    manifest,
    registry,
    [begun],
    0,
  );
  expect(recording.endOf(begun)).toBe(3000);
  expect(recording.eventsIn({ fromMs: 2500, toMs: 4000 })).toEqual([begun]);
  expect(recording.eventsIn({ fromMs: 5000, toMs: 9000 })).toEqual([]);
});

test("a frame shown while the video still seeks counts when it is the one sought", () => {
  const playback = new Playback(9000, 0, 1100);
  playback.follow({ seeking: true } as HTMLVideoElement);
  playback.onVideoFrame(0);
  expect(playback.positionMs).toBe(1100);
  playback.onVideoFrame(1.084);
  expect(playback.positionMs).toBe(1084);
});

test("past the end of a shorter video the page's own clock goes on", () => {
  const playback = new Playback(9000, 500, 0);
  const video = { duration: 3, currentTime: 0, ended: false } as HTMLVideoElement;
  playback.follow(video);
  playback.seek(2000);
  expect(playback.isPastVideo).toBe(false);
  playback.seek(6000);
  expect(playback.isPastVideo).toBe(true);
  playback.onVideoFrame(2.96); // its last frame, which the seek brought up
  expect(playback.positionMs).toBe(6000);
});

test("pieces are loaded once, when asked for, and the longest unseen is forgotten", async () => {
  const loads: number[] = [];
  const onLoaded = vi.fn();
  const slices = new Slices(
    1000,
    2,
    5000,
    async ({ fromMs }) => {
      loads.push(fromMs);
      return fromMs;
    },
    onLoaded,
  );
  expect(slices.within({ fromMs: 0, toMs: 1500 })).toEqual([]);
  expect(slices.within({ fromMs: 0, toMs: 1500 })).toEqual([]);
  await vi.waitFor(() => expect(onLoaded).toHaveBeenCalledTimes(2));
  expect(slices.within({ fromMs: 0, toMs: 1500 })).toEqual([0, 1000]);
  slices.within({ fromMs: 0, toMs: 10 });
  slices.within({ fromMs: 2000, toMs: 2500 });
  await vi.waitFor(() => expect(onLoaded).toHaveBeenCalledTimes(3));
  expect(slices.within({ fromMs: 0, toMs: 10 })).toEqual([0]);
  expect(loads).toEqual([0, 1000, 2000]);
  slices.expect(99_000);
  expect(loads).toHaveLength(3);
});

test("what is not there yet is said to be loading, and is not asked for by saying so", async () => {
  const load = vi.fn(async () => "piece");
  const slices = new Slices(1000, 3, 2500, load, () => {});
  expect(slices.missing({ fromMs: 500, toMs: 2500 })).toEqual([
    { fromMs: 500, toMs: 1000 },
    { fromMs: 1000, toMs: 2000 },
    { fromMs: 2000, toMs: 2500 },
  ]);
  expect(load).not.toHaveBeenCalled();
  slices.within({ fromMs: 1000, toMs: 1000 });
  await vi.waitFor(() => expect(slices.missing({ fromMs: 1000, toMs: 1999 })).toEqual([]));
});

test("ranges that touch become one", () => {
  const ranges = [
    { fromMs: 20, toMs: 30 },
    { fromMs: 0, toMs: 10 },
    { fromMs: 10, toMs: 15 },
    { fromMs: 12, toMs: 14 },
  ];
  expect(joinRanges(ranges)).toEqual([
    { fromMs: 0, toMs: 15 },
    { fromMs: 20, toMs: 30 },
  ]);
});

function recordingOf(windows: [tMs: number, value: number | undefined][]): Recording {
  const frames = [40, 1040].map((tMs) =>
    frameMessage({
      seq: tMs / 40,
      more: { values: [{ measure: 1, value: 100, quality: Quality.GOOD }] },
    }),
  );
  const bytes = {
    frame: frames.map((frame) => sizeDelimitedEncode(FrameResultSchema, frame)),
    window: windows.map(([tMs, value]) =>
      sizeDelimitedEncode(
        WindowResultSchema,
        create(WindowResultSchema, {
          tMs,
          windowMs: 60_000,
          values: [{ measure: 1, value, reasons: value === undefined ? [0] : [] }],
        }),
      ),
    ),
  };
  vi.stubGlobal("fetch", async (url: string) => {
    const topic = new URL(url, "http://replay").searchParams.get("topic") as "frame" | "window";
    return new Response(joined(...bytes[topic]) as Uint8Array<ArrayBuffer>);
  });
  const manifest = {
    session_id: "4f2a",
    duration_ms: 2000,
    has_video: false,
    is_same_video: false,
    video_offset_ms: 0,
    runs: [{ run: 7, from_ms: 0, to_ms: 2000 }],
    gaps: [],
    sample: false,
  };
  return new Recording(new ReplayApi("/replay", { headers: {} }), manifest, registry, [], 0);
}

test("at the cursor stands the value over the window, else the frame's own, as the chart has it", async () => {
  const recording = recordingOf([
    [0, undefined],
    [1000, 14],
  ]);
  const whole = { fromMs: 0, toMs: 2000 };
  expect(recording.momentOf(1, 40).value).toBeUndefined();
  expect(recording.loadingIn(whole)).toEqual([whole]);
  await vi.waitFor(() => expect(recording.loadingIn(whole)).toEqual([]));
  const early = recording.momentOf(1, 40);
  expect([early.value?.value, early.windowMs]).toEqual([100, 0]);
  const later = recording.momentOf(1, 1040);
  expect([later.value?.value, later.windowMs]).toEqual([14, 60_000]);
});

test("without a value on the frame either, the window says why", async () => {
  const recording = recordingOf([[1500, undefined]]);
  recording.momentOf(1, 1500);
  await vi.waitFor(() => expect(recording.momentOf(1, 1500).value?.reasons).toEqual([0]));
});

test("a series as CSV has its unit and quality, and nothing where it was withheld", () => {
  const columns = columnsOf([40, -12.5], [80, undefined]);
  const range = { fromMs: 0, toMs: 100 };
  const source = {
    subscribe: () => () => {},
    snapshot: () => 0,
    registry,
    range: () => range,
    series: () => columns.view(0, 0, 100),
    valueNow: () => undefined,
    facePresence: () => ({
      tMs: new Float64Array(),
      values: new Float64Array(),
      quality: new Uint8Array(),
    }),
    unknown: () => [],
    events: () => [],
    endOf: () => 0,
    cursorMs: () => 0,
    clockMs: (tMs: number) => tMs,
    seek: undefined,
  };
  expect(csvOf(source, registry, [0])).toBe(
    "session_ms,measure,unit,value,quality,evidence\n40,head.yaw,deg,-12.5,good,experimental\n80,head.yaw,deg,,not_measurable,experimental\n",
  );
});
