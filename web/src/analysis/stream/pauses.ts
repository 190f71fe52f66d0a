import { overlapping, type TimeRange } from "./followed";

/** The stretches of a run in which nothing was analysed because somebody paused it. */
export class Pauses {
  private fromMs: number | undefined;
  private past: TimeRange[] = [];

  begin(tMs: number): void {
    this.fromMs ??= tMs;
  }

  end(tMs: number): void {
    if (this.fromMs === undefined) return;
    this.past.push({ fromMs: this.fromMs, toMs: tMs });
    this.fromMs = undefined;
  }

  pausesIn(range: TimeRange): TimeRange[] {
    return overlapping(this.past, range);
  }

  clear(): void {
    this.fromMs = undefined;
    this.past = [];
  }
}
