/**
 * How long to hold picture and sound back so that a frame's result is there when the frame is
 * shown. Fed with each frame's slack: how long before its frame was shown the result arrived
 * (negative: after it). Pure: the caller measures, sets the delay and keeps the time.
 */
export class PlayoutDelay {
  /** Of the last frames, as they would be with the delay that is in force now. */
  private slacksMs: number[] = [];
  private fresh = 0;
  private settling = 0;
  private calmRounds = 0;

  constructor(public delayMs = START_MS) {}

  observe(slackMs: number): void {
    this.fresh++;
    if (this.settling > 0) {
      this.settling--;
      return;
    }
    this.slacksMs.push(slackMs);
    if (this.slacksMs.length > REMEMBERED) this.slacksMs.shift();
  }

  /** To be called each ROUND_MS; returns the delay to set. */
  adapt(): number {
    if (this.fresh === 0) this.rest();
    else if (this.slacksMs.length >= FEWEST_SLACKS) this.aim(quantile(this.slacksMs, LATE_SHARE));
    this.fresh = 0;
    return this.delayMs;
  }

  /** No results, nothing to wait for. */
  private rest(): void {
    this.slacksMs = [];
    this.relax(LARGEST_MS);
  }

  private aim(slackMs: number): void {
    if (slackMs < MARGIN_MS) {
      this.calmRounds = 0;
      this.set(this.delayMs + MARGIN_MS - slackMs);
      this.settling = SETTLING_FRAMES;
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
    const before = this.delayMs;
    this.delayMs = Math.round(Math.min(LARGEST_MS, Math.max(0, delayMs)));
    this.slacksMs = this.slacksMs.map((slackMs) => slackMs + this.delayMs - before);
  }
}

export const ROUND_MS = 2000;
const START_MS = 50;
const LARGEST_MS = 150;
const MARGIN_MS = 4;
const SPARE_MS = 20;
/** Results may come later than their frame this often. */
const LATE_SHARE = 0.02;
const REMEMBERED = 250; // ten seconds of frames: fewer do not tell one in fifty from chance
const FEWEST_SLACKS = 50; // so that one late result alone moves nothing
const SETTLING_FRAMES = 15; // the browser reaches a new delay by 100 ms in a second
const ROUNDS_BEFORE_RELAXING = 5;

function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(share * sorted.length)] as number;
}
