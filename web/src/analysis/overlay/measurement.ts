import type { FaceLayout } from "../../generated/epedicare/analysis/v1/analysis_pb";
import type { AnalysedFrame, KeyText } from "../stream/frames";
import { placePoints } from "./geometry";
import type { Match } from "./matching";
import type { OverlaySurface } from "./surface";

/**
 * In the build for tests and benchmarks (`npm run build:measuring`), and with `?measure` in the
 * page's address, they read `window.__epedicare`:
 * `shown` holds the last frames shown, `capture()` the picture of a shown frame together with what
 * was drawn on it. Times are Unix times in ms.
 */
export interface ShownRecord {
  key: KeyText | null;
  match: Match;
  shownAtMs: number;
  /** When the face layers of its own result were on the canvas; null while they are not. */
  drawnAtMs: number | null;
  /** How old the result is that is held in the place of its own; null: none is. */
  heldAgeMs: number | null;
  /** When the result arrived, before (negative) or after the frame was shown; null: never. */
  resultAfterShownMs: number | null;
  hasFace: boolean;
}

/** Each result, by itself: whatever was drawn or not is told apart from what had come. */
export interface ArrivalRecord {
  key: KeyText | null;
  arrivedAtMs: number;
  hasFace: boolean;
}

export interface Capture {
  key: KeyText | null;
  match: Match;
  width: number;
  height: number;
  /** PNG data URLs: the video frame in its own pixels, and the canvas drawn over it. */
  picture: string;
  overlay: string;
  /** MediaPipe's landmark numbers, and where each was drawn: in pixels of the video frame … */
  landmarks: number[];
  picturePx: number[];
  /** … and in CSS pixels of the canvas. */
  canvasPx: number[];
  /** The numbered boxes of the other people: where the middle of each lies across the picture. */
  others: { person: number; x: number }[];
}

export interface MeasureSurface {
  shown: ShownRecord[];
  arrived: ArrivalRecord[];
  playoutDelayMs: number;
  capture(): Promise<Capture>;
}

declare global {
  interface Window {
    __epedicare?: MeasureSurface;
  }
}

const RECORDS = 1500;
const SAME_PICTURE_S = 0.001;

export class Measurement implements MeasureSurface {
  readonly shown: ShownRecord[] = [];
  readonly arrived: ArrivalRecord[] = [];
  playoutDelayMs = 0;
  private waiting: ((capture: Capture) => void)[] = [];
  private frozen: HTMLCanvasElement | undefined;

  static wanted(): boolean {
    return new URLSearchParams(window.location.search).has("measure");
  }

  offer(): void {
    window.__epedicare = this;
  }

  onResult({ key, receivedAtMs, face }: AnalysedFrame): void {
    this.arrived.push({
      key: key ?? null,
      arrivedAtMs: unixMs(receivedAtMs),
      hasFace: face !== undefined,
    });
    if (this.arrived.length > RECORDS) this.arrived.shift();
  }

  capture(): Promise<Capture> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  onShown(
    video: HTMLVideoElement,
    key: KeyText | undefined,
    shownAtMs: number,
    mediaTimeS: number,
  ): void {
    this.shown.push({
      key: key ?? null,
      match: "none",
      shownAtMs: unixMs(shownAtMs),
      drawnAtMs: null,
      heldAgeMs: null,
      resultAfterShownMs: null,
      hasFace: false,
    });
    if (this.shown.length > RECORDS) this.shown.shift();
    this.frozen = this.waiting.length > 0 ? freeze(video, mediaTimeS) : undefined;
  }

  onHeld(ageMs: number, hasFace: boolean): void {
    const record = this.shown.at(-1);
    if (record === undefined) return;
    record.match = "held";
    record.heldAgeMs = ageMs;
    record.hasFace = hasFace;
  }

  onDrawn(
    surface: OverlaySurface,
    frame: AnalysedFrame,
    match: Match,
    drawnAtMs: number,
    layout: FaceLayout | undefined,
  ): void {
    const record = this.shown.at(-1);
    if (record === undefined) return;
    record.match = match;
    record.drawnAtMs = unixMs(drawnAtMs);
    record.heldAgeMs = null;
    record.resultAfterShownMs = unixMs(frame.receivedAtMs) - record.shownAtMs;
    record.hasFace = frame.face !== undefined;
    if (frame.face === undefined || this.frozen === undefined) return;
    this.answer(surface, frame, frame.face.points, record, this.frozen, layout);
  }

  private answer(
    surface: OverlaySurface,
    { others }: AnalysedFrame,
    points: Float32Array,
    record: ShownRecord,
    frozen: HTMLCanvasElement,
    layout: FaceLayout | undefined,
  ): void {
    const picture = { x: 0, y: 0, width: frozen.width, height: frozen.height };
    const rect = surface.rectOf(frozen);
    const capture: Capture = {
      key: record.key,
      match: record.match,
      width: frozen.width,
      height: frozen.height,
      picture: frozen.toDataURL("image/png"),
      overlay: surface.canvas.toDataURL("image/png"),
      landmarks: layout?.landmarks ?? [],
      picturePx: [...placePoints(points, picture, false)],
      canvasPx: [...placePoints(points, rect, surface.view.mirrored)],
      others: others.map(({ person, left, right }) => ({ person, x: (left + right) / 2 })),
    };
    for (const resolve of this.waiting) resolve(capture);
    this.waiting = [];
    this.frozen = undefined;
  }
}

/** undefined: a busy page was told so late that the video shows a later picture already. */
function freeze(video: HTMLVideoElement, mediaTimeS: number): HTMLCanvasElement | undefined {
  const picture = new VideoFrame(video);
  try {
    if (Math.abs(picture.timestamp / 1e6 - mediaTimeS) > SAME_PICTURE_S) return undefined;
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas;
  } finally {
    picture.close();
  }
}

function unixMs(pageMs: number): number {
  return performance.timeOrigin + pageMs;
}
