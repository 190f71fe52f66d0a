import type { AnalysisStore } from "../stream/analysisStore";
import type { AnalysedFrame, KeyText } from "../stream/frames";
import { HOLD_MS, type Shown } from "./scene";

export type Match = "exact" | "nearest" | "none";

/** Without frame metadata a result can only be placed by the time of its arrival. */
const NEAREST_MS = 300;
/** The first frames of a stamped stream may come without their stamp; so many never do. */
const UNSTAMPED_FRAMES = 50;

/**
 * Finds what may be drawn over one shown picture. Face layers come from the result of exactly that
 * picture; a sender that stamps no frames gets the nearest result, unless that is too old.
 */
export class Matcher {
  private anchor: { tMs: number; atMs: number } | undefined;
  private unstamped = 0;

  constructor(private readonly store: AnalysisStore) {}

  match(key: KeyText | undefined, nowMs: number): { match: Match; shown: Shown } {
    this.unstamped = key === undefined ? this.unstamped + 1 : 0;
    const face = this.faceFor(key, nowMs);
    if (face !== undefined) this.anchor = { tMs: face.tMs, atMs: nowMs };
    const match = face === undefined ? "none" : key === undefined ? "nearest" : "exact";
    return { match, shown: { face, ...this.heldAt(nowMs) } };
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
    const tMs = this.anchor.tMs + (nowMs - this.anchor.atMs);
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
