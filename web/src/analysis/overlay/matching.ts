import type { AnalysisStore } from "../stream/analysisStore";
import type { AnalysedFrame, KeyText } from "../stream/frames";
import { FACE_HOLD_MS, HOLD_MS, type Shown } from "./scene";

/** Held: the last exact result, over pictures that have none of their own; never for long. */
export type Match = "exact" | "nearest" | "held" | "none";

/** Without frame metadata a result can only be placed by the time of its arrival. */
const NEAREST_MS = 300;
/** The first frames of a stamped stream may come without their stamp; so many never do. */
const UNSTAMPED_FRAMES = 50;

interface Matched {
  match: Match;
  shown: Shown;
}

/**
 * Finds what may be drawn over one shown picture. Face layers come from the result of exactly that
 * picture; where there is none, the last exact one is held for a moment, and is marked as held. A
 * sender that stamps no frames gets the nearest result, unless that is too old.
 */
export class Matcher {
  private anchor: { face: AnalysedFrame; atMs: number } | undefined;
  private unstamped = 0;

  constructor(private readonly store: AnalysisStore) {}

  match(key: KeyText | undefined, nowMs: number): Matched {
    this.unstamped = key === undefined ? this.unstamped + 1 : 0;
    const face = this.faceFor(key, nowMs);
    if (face === undefined) return this.hold(key, nowMs);
    this.anchor = { face, atMs: nowMs };
    const match = key === undefined ? "nearest" : "exact";
    return { match, shown: { face, faceAgeMs: 0, ...this.heldAt(nowMs) } };
  }

  private hold(key: KeyText | undefined, nowMs: number): Matched {
    const rest = this.heldAt(nowMs);
    // A result that came late was drawn after the next picture's own time: held is never of age 0.
    const faceAgeMs =
      this.anchor === undefined ? Number.POSITIVE_INFINITY : Math.max(1, nowMs - this.anchor.atMs);
    const isOfThisRun = this.anchor?.face.run === this.store.run;
    if (key === undefined || !isOfThisRun || faceAgeMs > FACE_HOLD_MS) {
      return { match: "none", shown: { face: undefined, faceAgeMs: 0, ...rest } };
    }
    return { match: "held", shown: { face: this.anchor?.face, faceAgeMs, ...rest } };
  }

  private faceFor(key: KeyText | undefined, nowMs: number): AnalysedFrame | undefined {
    if (key !== undefined) return this.store.frames.at(key);
    const latest = this.store.frames.latest();
    if (latest?.key !== undefined && this.unstamped < UNSTAMPED_FRAMES) return undefined;
    return latest && nowMs - latest.receivedAtMs <= NEAREST_MS ? latest : undefined;
  }

  /** Skeleton and hands, by the media time of the shown picture as far as it is known. */
  private heldAt(nowMs: number): Pick<Shown, "pose" | "hands"> {
    if (this.anchor === undefined || nowMs - this.anchor.atMs > HOLD_MS) {
      return { pose: undefined, hands: undefined };
    }
    const tMs = this.anchor.face.tMs + (nowMs - this.anchor.atMs);
    return {
      pose: held(this.store.poses.atOrBefore(tMs), tMs),
      hands: held(this.store.hands.atOrBefore(tMs), tMs),
    };
  }
}

function held<T extends { tMs: number }>(shape: T | undefined, tMs: number) {
  if (shape === undefined || tMs - shape.tMs > HOLD_MS) return undefined;
  return { shape, ageMs: tMs - shape.tMs };
}
