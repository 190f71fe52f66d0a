/**
 * How long to hold picture and sound back so that a frame's result is there when the frame is
 * shown. Fed with each frame's slack: how long before its frame was shown the result arrived
 * (negative: after it). Pure: the caller measures, sets the delay and keeps the time.
 */
export class PlayoutDelay {
  private slacksMs: number[] = [];
  /** What all but a few of each of the last batches had, as if with the delay in force now. */
  private batchesMs: number[] = [];
  private fresh = 0;
  private settling = FIRST_FRAMES;
  private calmRounds = 0;

  constructor(public delayMs = START_MS) {}

  observe(slackMs: number): void {
    this.fresh++;
    if (this.settling > 0) this.settling--;
    else this.slacksMs.push(slackMs);
  }

  /** To be called each ROUND_MS; returns the delay to set. */
  adapt(): number {
    if (this.fresh === 0) this.rest();
    else if (this.slacksMs.length >= BATCH_FRAMES) this.judge();
    this.fresh = 0;
    return this.delayMs;
  }

  /** No results, nothing to wait for. */
  private rest(): void {
    this.slacksMs = [];
    this.batchesMs = [];
    this.relax(LARGEST_MS);
  }

  /** The middle one of three batches: a machine that stood still for a moment moves nothing. */
  private judge(): void {
    this.batchesMs = [...this.batchesMs, quantile(this.slacksMs, LATE_SHARE)].slice(-BATCHES);
    this.slacksMs = [];
    const sorted = [...this.batchesMs].sort((a, b) => a - b);
    this.aim(sorted[sorted.length >> 1] as number);
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
    this.batchesMs = this.batchesMs.map((slackMs) => slackMs + this.delayMs - before);
  }
}

export const ROUND_MS = 2000;
const START_MS = 50;
const LARGEST_MS = 150;
const MARGIN_MS = 4;
const SPARE_MS = 20;
/** Results may come later than their frame this often. */
const LATE_SHARE = 0.02;
const BATCH_FRAMES = 40; // hardly two seconds
const BATCHES = 3;
const FIRST_FRAMES = 50; // slow, while everything starts
const SETTLING_FRAMES = 15; // the browser approaches a new delay by 100 ms in a second
const ROUNDS_BEFORE_RELAXING = 5;

/** At the median-unbiased place, for few values at the edge; Hyndman & Fan (1996), type 8. */
function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = Math.max(0, share * (sorted.length + 1 / 3) - 2 / 3);
  const [below, above] = [Math.floor(at), Math.ceil(at)].map((i) => sorted[i] as number);
  return (below as number) + (at % 1) * ((above as number) - (below as number));
}
