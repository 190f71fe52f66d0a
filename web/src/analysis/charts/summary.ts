import { Quality } from "../../generated/epedicare/analysis/v1/analysis_pb";
import type { SeriesView } from "../stream/series";

export interface Summary {
  lowest: number;
  median: number;
  highest: number;
  /** Share of the samples that could be measured, 0-1. */
  measurable: number;
}

/** What a chart says, in numbers; undefined when there is nothing to say. */
export function summarise({ values, quality }: SeriesView): Summary | undefined {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  if (known.length === 0) return undefined;
  const measurable = quality.filter((q) => q === Quality.GOOD || q === Quality.USABLE).length;
  return {
    lowest: known[0] as number,
    median: known[known.length >> 1] as number,
    highest: known.at(-1) as number,
    measurable: measurable / quality.length,
  };
}

/** Nothing in it has a value; of what has not been heard yet, nobody knows. */
export function isWithheld(view: SeriesView | undefined): boolean {
  return view?.values.every((value) => Number.isNaN(value)) ?? false;
}

/** Which sample is in force at a moment, not older than holdMs. */
export function indexAt(view: SeriesView, tMs: number, holdMs: number): number | undefined {
  let low = 0;
  let high = view.tMs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((view.tMs[middle] as number) <= tMs) low = middle + 1;
    else high = middle;
  }
  const at = low - 1;
  return at < 0 || tMs - (view.tMs[at] as number) > holdMs ? undefined : at;
}

/** NaN is a withheld one. */
export function valueAt(view: SeriesView, tMs: number, holdMs: number): number | undefined {
  const at = indexAt(view, tMs, holdMs);
  return at === undefined ? undefined : view.values[at];
}
