import { Quality, type Value } from "../../generated/epedicare/analysis/v1/analysis_pb";

/** What a chart reads: three parallel arrays, oldest first. A withheld value is NaN. */
export interface SeriesView {
  tMs: Float64Array;
  values: Float64Array;
  quality: Uint8Array;
}

/** One measure's recent past. Arrays are allocated once; the newest sample overwrites the oldest. */
export class Series {
  private readonly tMs: Float64Array;
  private readonly values: Float64Array;
  private readonly quality: Uint8Array;
  private start = 0;
  private size = 0;

  constructor(private readonly capacity: number) {
    this.tMs = new Float64Array(capacity);
    this.values = new Float64Array(capacity);
    this.quality = new Uint8Array(capacity);
  }

  /** Samples must come in the order of their time; one that does not is left out. */
  push(tMs: number, value: Value): void {
    if (this.size > 0 && tMs <= this.lastMs) return;
    const at = (this.start + this.size) % this.capacity;
    this.tMs[at] = tMs;
    this.values[at] = value.value ?? Number.NaN;
    this.quality[at] = value.value === undefined ? Quality.NOT_MEASURABLE : value.quality;
    if (this.size < this.capacity) this.size++;
    else this.start = (this.start + 1) % this.capacity;
  }

  clear(): void {
    this.start = 0;
    this.size = 0;
  }

  get lastMs(): number {
    return this.size === 0 ? Number.NEGATIVE_INFINITY : this.timeAt(this.size - 1);
  }

  /** Copies the samples with fromMs <= t <= toMs. */
  view(fromMs: number, toMs: number): SeriesView {
    const first = this.firstAtOrAfter(fromMs);
    const end = this.firstAtOrAfter(toMs + 1e-6);
    return {
      tMs: this.copy(this.tMs, first, end),
      values: this.copy(this.values, first, end),
      quality: this.copy(this.quality, first, end),
    };
  }

  private copy<A extends Float64Array | Uint8Array>(source: A, first: number, end: number): A {
    const target = source.slice(0, end - first) as A;
    for (let i = first; i < end; i++) {
      target[i - first] = source[(this.start + i) % this.capacity] as number;
    }
    return target;
  }

  private timeAt(index: number): number {
    return this.tMs[(this.start + index) % this.capacity] as number;
  }

  private firstAtOrAfter(tMs: number): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.timeAt(middle) < tMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
