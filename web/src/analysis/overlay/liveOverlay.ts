import type { FaceLayout } from "../../generated/epedicare/analysis/v1/analysis_pb";
import type { AnalysisStore } from "../stream/analysisStore";
import { type AnalysedFrame, type KeyText, keyText } from "../stream/frames";
import { FaceShare, SPARSE_OPACITY } from "./faceShare";
import { sameShape } from "./geometry";
import { ALL_LAYERS, type Layers } from "./layers";
import { Matcher } from "./matching";
import { Measurement } from "./measurement";
import { PlayoutDelay, ROUND_MS } from "./playoutDelay";
import { composeScene, looksAlike, type Shown } from "./scene";
import type { OverlaySurface, Picture } from "./surface";

/** The remote tracks, as far as the overlay needs them (LiveKit's RemoteTrack and its like). */
export interface PictureTrack {
  lookupFrameMetadata(at: {
    rtpTimestamp: number;
  }): { userTimestamp: bigint; frameId: number } | undefined;
  setPlayoutDelay(seconds: number): void;
}

export type SoundTrack = Pick<PictureTrack, "setPlayoutDelay">;

const SHOWN_REMEMBERED = 300;
/** After its playout delay, sound waits about so long in the device; the picture does not. */
const SOUND_DEVICE_MS = 30;
/** With no result for longer, the analysis stands still rather than being sparse. */
const PAUSED_MS = 500;

/**
 * Draws each shown frame's own result, and holds the call back just enough for it to arrive. Over a
 * frame that has none, the last one is held for a moment, fainter.
 */
export class LiveOverlay {
  private layers: Layers = ALL_LAYERS;
  private sound: SoundTrack | undefined;
  private readonly matcher: Matcher;
  private readonly delay = new PlayoutDelay();
  private readonly faceShare = new FaceShare();
  private readonly measurement =
    import.meta.env.MODE === "measuring" && Measurement.wanted() ? new Measurement() : undefined;
  private readonly shownAtMs = new Map<KeyText, number>();
  private readonly stopListening: () => void;
  private readonly timer: number;
  private callback: number;
  private shownKey: KeyText | undefined;
  private isExact = false;
  private painted: Look | undefined;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly surface: OverlaySurface,
    private readonly track: PictureTrack,
    private readonly store: AnalysisStore,
  ) {
    this.matcher = new Matcher(store);
    this.stopListening = store.onFrame((frame) => this.onResult(frame));
    this.callback = video.requestVideoFrameCallback(this.onShown);
    this.timer = window.setInterval(() => this.adaptDelay(), ROUND_MS);
    this.measurement?.offer();
    this.applyDelay(this.delay.delayMs);
  }

  show(layers: Layers): void {
    this.layers = layers;
  }

  /** The sound is held back as long as the picture, its own device included. */
  holdBack(sound: SoundTrack | undefined): void {
    this.sound?.setPlayoutDelay(0);
    this.sound = sound;
    this.applyDelay(this.delay.delayMs);
  }

  close(): void {
    this.stopListening();
    this.video.cancelVideoFrameCallback(this.callback);
    window.clearInterval(this.timer);
    this.applyDelay(0);
    this.surface.clear();
  }

  private readonly onShown: VideoFrameRequestCallback = (nowMs, { rtpTimestamp, mediaTime }) => {
    this.callback = this.video.requestVideoFrameCallback(this.onShown);
    if (this.isAnalysed(nowMs)) this.faceShare.observe(this.isExact);
    const stamp =
      rtpTimestamp === undefined ? undefined : this.track.lookupFrameMetadata({ rtpTimestamp });
    this.shownKey = stamp && keyText(stamp.userTimestamp, stamp.frameId);
    this.measurement?.onShown(this.video, this.shownKey, nowMs, mediaTime);
    if (this.shownKey !== undefined) this.rememberShown(this.shownKey, nowMs);
    this.draw(nowMs);
  };

  private isAnalysed(nowMs: number): boolean {
    const latest = this.store.frames.latest();
    return latest?.key !== undefined && nowMs - latest.receivedAtMs < PAUSED_MS;
  }

  private onResult(frame: AnalysedFrame): void {
    this.measurement?.onResult(frame);
    if (frame.key === undefined) return;
    const shownAtMs = this.shownAtMs.get(frame.key);
    if (shownAtMs === undefined) return; // not shown yet: in time
    this.delay.observe(shownAtMs - frame.receivedAtMs);
    if (frame.key === this.shownKey && !this.isExact) this.draw(performance.now());
  }

  private rememberShown(key: KeyText, nowMs: number): void {
    this.shownAtMs.set(key, nowMs);
    if (this.shownAtMs.size > SHOWN_REMEMBERED) {
      const [oldest] = this.shownAtMs.keys();
      this.shownAtMs.delete(oldest as KeyText);
    }
    const result = this.store.frames.at(key);
    if (result !== undefined) this.delay.observe(nowMs - result.receivedAtMs);
  }

  private draw(nowMs: number): void {
    const picture = { width: this.video.videoWidth, height: this.video.videoHeight };
    const { match, shown } = this.matcher.match(this.shownKey, nowMs);
    const frame = shown.face;
    const fits = frame === undefined || sameShape(frame, picture);
    this.paint({
      shown: fits ? shown : NOTHING,
      picture,
      layers: this.layers,
      layout: this.store.registry?.faceLayout,
      faceOpacity: this.faceShare.isSparse ? SPARSE_OPACITY : 1,
    });
    this.isExact = fits && frame !== undefined && match !== "held";
    if (!fits || frame === undefined) return;
    if (match === "held") this.measurement?.onHeld(shown.faceAgeMs, frame.face !== undefined);
    else {
      const { surface, store } = this;
      const layout = store.registry?.faceLayout;
      this.measurement?.onDrawn(surface, frame, match, performance.now(), layout);
    }
  }

  /** A picture over which nothing would look different costs nothing. */
  private paint(look: Look): void {
    if (this.painted !== undefined && isSameLook(look, this.painted)) return;
    this.painted = look;
    const { shown, layers, layout, faceOpacity, picture } = look;
    this.surface.draw(composeScene(shown, layers, layout, faceOpacity), picture);
  }

  private adaptDelay(): void {
    this.applyDelay(this.delay.adapt());
  }

  private applyDelay(delayMs: number): void {
    this.track.setPlayoutDelay(delayMs / 1000);
    this.sound?.setPlayoutDelay(Math.max(0, delayMs - SOUND_DEVICE_MS) / 1000);
    if (this.measurement) this.measurement.playoutDelayMs = delayMs;
  }
}

interface Look {
  shown: Shown;
  picture: Picture;
  layers: Layers;
  layout: FaceLayout | undefined;
  faceOpacity: number;
}

function isSameLook(one: Look, other: Look): boolean {
  return (
    looksAlike(one.shown, other.shown) &&
    one.picture.width === other.picture.width &&
    one.picture.height === other.picture.height &&
    one.layers === other.layers &&
    one.layout === other.layout &&
    one.faceOpacity === other.faceOpacity
  );
}

const NOTHING: Shown = { face: undefined, faceAgeMs: 0, pose: undefined, hands: undefined };
