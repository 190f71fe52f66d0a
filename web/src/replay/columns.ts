import type { SeriesView } from "../analysis/stream/series";
import { Quality, type Value } from "../generated/epedicare/analysis/v1/analysis_pb";

/** A stretch of results turned sideways: for each measure its times, values and qualities. */
export class Columns {
  private readonly byMeasure = new Map<number, { tMs: number[]; of: Value[] }>();

  static of(rows: Iterable<{ tMs: number; values: readonly Value[] }>): Columns {
    const columns = new Columns();
    for (const { tMs, values } of rows) for (const value of values) columns.add(tMs, value);
    return columns;
  }

  add(tMs: number, value: Value): void {
    let column = this.byMeasure.get(value.measure);
    if (column === undefined) {
      column = { tMs: [], of: [] };
      this.byMeasure.set(value.measure, column);
    }
    column.tMs.push(tMs);
    column.of.push(value);
  }

  has(measure: number): boolean {
    return this.byMeasure.has(measure);
  }

  /** The newest value at a moment; undefined when there is none in the last holdMs. */
  valueAt(measure: number, tMs: number, holdMs: number): Value | undefined {
    const column = this.byMeasure.get(measure);
    if (column === undefined) return undefined;
    const at = firstAfter(column.tMs, tMs) - 1;
    return at >= 0 && tMs - (column.tMs[at] as number) <= holdMs ? column.of[at] : undefined;
  }

  view(measure: number, fromMs: number, toMs: number): SeriesView | undefined {
    const column = this.byMeasure.get(measure);
    if (column === undefined) return undefined;
    const first = firstAfter(column.tMs, fromMs - 1e-6);
    const end = firstAfter(column.tMs, toMs);
    const values = column.of.slice(first, end);
    return {
      tMs: Float64Array.from(column.tMs.slice(first, end)),
      values: Float64Array.from(values, (value) => value.value ?? Number.NaN),
      quality: Uint8Array.from(values, (value) =>
        value.value === undefined ? Quality.NOT_MEASURABLE : value.quality,
      ),
    };
  }
}

/** Index of the first time that is later. */
export function firstAfter(tMs: ArrayLike<number>, limitMs: number): number {
  let low = 0;
  let high = tMs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tMs[middle] as number) <= limitMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function joinViews(views: readonly SeriesView[]): SeriesView | undefined {
  if (views.length <= 1) return views[0];
  const size = views.reduce((sum, view) => sum + view.tMs.length, 0);
  const joined = {
    tMs: new Float64Array(size),
    values: new Float64Array(size),
    quality: new Uint8Array(size),
  };
  let at = 0;
  for (const view of views) {
    joined.tMs.set(view.tMs, at);
    joined.values.set(view.values, at);
    joined.quality.set(view.quality, at);
    at += view.tMs.length;
  }
  return joined;
}
