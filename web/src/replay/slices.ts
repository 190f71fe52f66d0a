import type { TimeRange } from "../analysis/charts/timeSource";

/** Loads a long recording piece by piece, keeps the pieces last asked for, forgets the others. */
export class Slices<T> {
  private readonly loaded = new Map<number, T>();
  private readonly loading = new Set<number>();

  constructor(
    private readonly sliceMs: number,
    private readonly capacity: number,
    private readonly endMs: number,
    private readonly load: (range: TimeRange) => Promise<T>,
    private readonly onLoaded: () => void,
  ) {}

  /** The pieces of a range that are there; starts to load those that are not. */
  within({ fromMs, toMs }: TimeRange): T[] {
    const pieces: T[] = [];
    for (let index = this.indexOf(fromMs); index <= this.indexOf(toMs); index++) {
      const piece = this.loaded.get(index);
      if (piece === undefined) this.request(index);
      else {
        this.loaded.delete(index); // and to the end: asked for last, forgotten last
        this.loaded.set(index, piece);
        pieces.push(piece);
      }
    }
    return pieces;
  }

  /** Where a piece of a range is not there yet. */
  missing({ fromMs, toMs }: TimeRange): TimeRange[] {
    const missing: TimeRange[] = [];
    for (let index = this.indexOf(fromMs); index <= this.indexOf(toMs); index++) {
      if (this.loaded.has(index)) continue;
      const start = index * this.sliceMs;
      missing.push({
        fromMs: Math.max(fromMs, start),
        toMs: Math.min(toMs, start + this.sliceMs),
      });
    }
    return missing;
  }

  /** Starts to load what will be asked for next. */
  expect(tMs: number): void {
    if (tMs <= this.endMs && !this.loaded.has(this.indexOf(tMs))) this.request(this.indexOf(tMs));
  }

  private indexOf(tMs: number): number {
    return Math.floor(Math.min(Math.max(0, tMs), this.endMs) / this.sliceMs);
  }

  private request(index: number): void {
    if (this.loading.has(index)) return;
    this.loading.add(index);
    const fromMs = index * this.sliceMs;
    this.load({ fromMs, toMs: fromMs + this.sliceMs })
      .then((piece) => {
        this.loaded.set(index, piece);
        this.loading.delete(index);
        this.forgetOldest();
        this.onLoaded();
      })
      .catch(() => {
        setTimeout(() => this.loading.delete(index), RETRY_AFTER_MS);
      });
  }

  private forgetOldest(): void {
    for (const index of this.loaded.keys()) {
      if (this.loaded.size <= this.capacity) return;
      this.loaded.delete(index);
    }
  }
}

const RETRY_AFTER_MS = 2000;

/** Ranges that overlap or touch become one. */
export function joinRanges(ranges: readonly TimeRange[]): TimeRange[] {
  const joined: TimeRange[] = [];
  for (const { fromMs, toMs } of [...ranges].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = joined.at(-1);
    if (last !== undefined && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, toMs);
    else joined.push({ fromMs, toMs });
  }
  return joined;
}
