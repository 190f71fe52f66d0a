/**
 * How long to hold picture and sound back so that a frame's result is there when the frame is
 * shown. Fed with each frame's slack: how long before its frame was shown the result arrived
 * (negative: after it). Pure: the caller measures, sets the delay and keeps the time.
 */
export class PlayoutDelay {
  private slacksMs: number[] = [];
  private calmRounds = 0;

  constructor(public delayMs = START_MS) {}

  observe(slackMs: number): void {
    this.slacksMs.push(slackMs);
  }

  /** To be called each ROUND_MS; returns the delay to set. */
  adapt(): number {
    if (this.slacksMs.length === 0) this.relax(LARGEST_MS);
    if (this.slacksMs.length < FEWEST_SLACKS) return this.delayMs;
    this.aim(quantile(this.slacksMs, LATE_SHARE));
    this.slacksMs = [];
    return this.delayMs;
  }

  private aim(slackMs: number): void {
    if (slackMs < MARGIN_MS) {
      this.calmRounds = 0;
      this.set(this.delayMs + Math.min(MARGIN_MS - slackMs, LARGEST_STEP_MS));
    } else if (slackMs > MARGIN_MS + SPARE_MS) {
      this.relax(slackMs - MARGIN_MS);
    } else {
      this.calmRounds = 0;
    }
  }

  /** Comes down slowly, and only after a while: a delay that swings is heard. */
  private relax(spareMs: number): void {
    this.calmRounds++;
    if (this.calmRounds >= ROUNDS_BEFORE_RELAXING) this.set(this.delayMs - Math.min(5, spareMs));
  }

  private set(delayMs: number): void {
    this.delayMs = Math.round(Math.min(LARGEST_MS, Math.max(0, delayMs)));
  }
}

export const ROUND_MS = 2000;
const START_MS = 50;
const LARGEST_MS = 150;
const LARGEST_STEP_MS = 30;
const MARGIN_MS = 4;
const SPARE_MS = 20;
const LATE_SHARE = 0.03;
const FEWEST_SLACKS = 50; // so that one late result alone moves nothing
const ROUNDS_BEFORE_RELAXING = 5;

function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(share * (sorted.length - 1))] as number;
}
