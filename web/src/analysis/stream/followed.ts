import type { Origin } from "../../generated/epedicare/analysis/v1/analysis_pb";

export interface TimeRange {
  fromMs: number;
  toMs: number;
}

/** Those of the stretches that lie, in part at least, in the range. */
export function overlapping(stretches: readonly TimeRange[], { fromMs, toMs }: TimeRange) {
  return stretches.filter((stretch) => stretch.fromMs < toMs && stretch.toMs > fromMs);
}

/** Results come more often; when more time lies between two of them, some may have been missed. */
const LONGEST_STEP_MS = 1600;

/**
 * Which stretches of a run this page did not hear: those before it came, and those whose results'
 * numbers are missing. While the analysis stands still, nothing is missed.
 */
export class Followed {
  private hasHeard = false;
  private last: { track: number; seq: number; tMs: number } | undefined;
  private missed: TimeRange[] = [];

  hear({ track, seq }: Pick<Origin, "track" | "seq">, tMs: number): void {
    const fromMs = this.last?.tMs ?? 0;
    const leftOut = seq - 1 - (this.last?.track === track ? this.last.seq : 0);
    const isMissed = !this.hasHeard || leftOut * LONGEST_STEP_MS > tMs - fromMs;
    if (isMissed && tMs - fromMs > LONGEST_STEP_MS) this.missed.push({ fromMs, toMs: tMs });
    this.hasHeard = true;
    this.last = { track, seq, tMs };
  }

  missedIn(range: TimeRange): TimeRange[] {
    return overlapping(this.missed, range);
  }

  /** Another run counts from one, and its time is its own. */
  beginRun(): void {
    this.last = undefined;
    this.missed = [];
  }

  /** What was heard is worth nothing any more. */
  clear(): void {
    this.beginRun();
    this.hasHeard = false;
  }
}
