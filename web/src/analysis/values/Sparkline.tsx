import type { MeasureInfo } from "../../generated/epedicare/analysis/v1/analysis_pb";
import type { TimeRange } from "../stream/followed";
import type { SeriesView } from "../stream/series";
import styles from "./values.module.css";

const WIDTH = 72;
const HEIGHT = 20;

/** The last minute in the height of a line. Beside its number, so it says nothing of its own. */
export function Sparkline({
  view,
  info,
  range,
  missed,
}: {
  view: SeriesView | undefined;
  info: MeasureInfo;
  range: TimeRange;
  missed: readonly TimeRange[];
}) {
  return (
    <svg
      className={styles.spark}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      aria-hidden="true"
    >
      {missed.map((each) => {
        const [left, right] = [each.fromMs, each.toMs].map((tMs) => xOf(tMs, range));
        return <path key={each.fromMs} className={styles.missedTime} d={`M${left} 10H${right}`} />;
      })}
      {view && <path d={sparkPath(view, info, range, missed)} />}
    </svg>
  );
}

export function sparkPath(
  { tMs, values }: SeriesView,
  { rangeLow, rangeHigh }: Pick<MeasureInfo, "rangeLow" | "rangeHigh">,
  range: TimeRange,
  missed: readonly TimeRange[] = [],
): string {
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return "";
  const [low, high] = heightsOf(known, rangeLow, rangeHigh);
  const step = Math.max(1, Math.floor(values.length / WIDTH));
  let path = "";
  let isDown = false;
  for (let i = 0; i < values.length; i += step) {
    const value = values[i] as number;
    if (Number.isNaN(value)) {
      isDown = false;
      continue;
    }
    const at = tMs[i] as number;
    const before = tMs[i - step] ?? at;
    if (missed.some(({ fromMs, toMs }) => before <= fromMs && toMs <= at)) isDown = false;
    const x = xOf(at, range);
    const y = HEIGHT - 2 - ((value - low) / (high - low || 1)) * (HEIGHT - 4);
    path += `${isDown ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    isDown = true;
  }
  return path;
}

function heightsOf(
  known: Float64Array,
  rangeLow: number | undefined,
  rangeHigh: number | undefined,
): readonly [low: number, high: number] {
  const lowest = Math.min(...known);
  const highest = Math.max(...known);
  if (rangeLow !== undefined && rangeHigh !== undefined && rangeLow < 0) {
    // Zero is in the middle; what varies little of a wide range would be a flat line.
    const reach = Math.max(-lowest, highest, (rangeHigh - rangeLow) / 8);
    return [-reach, reach];
  }
  const low = Math.min(lowest, rangeLow ?? lowest);
  // Without a bound of its own, room above keeps a steady line from lying at the top.
  return [low, Math.max(highest, rangeHigh ?? highest + (highest - low) / 2)];
}

function xOf(tMs: number, { fromMs, toMs }: TimeRange): number {
  const inside = Math.min(toMs, Math.max(fromMs, tMs));
  return ((inside - fromMs) / (toMs - fromMs)) * WIDTH;
}
