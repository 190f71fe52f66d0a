export interface Run {
  fromMs: number;
  toMs: number;
  value: number;
}

/** Stretches of equal value. A sample holds until the next one, but no longer than holdMs. */
export function runsOf(tMs: ArrayLike<number>, values: ArrayLike<number>, holdMs: number): Run[] {
  const runs: Run[] = [];
  for (let i = 0; i < tMs.length; i++) {
    const fromMs = tMs[i] as number;
    const toMs = Math.min(tMs[i + 1] ?? fromMs + holdMs, fromMs + holdMs);
    const value = values[i] as number;
    const last = runs.at(-1);
    if (last !== undefined && last.value === value && last.toMs >= fromMs) last.toMs = toMs;
    else runs.push({ fromMs, toMs, value });
  }
  return runs;
}

/** Parts the line where samples are missing, so that a gap is not bridged by a guess. */
export function withGaps(
  tMs: Float64Array,
  values: Float64Array,
  longestMs: number,
): [number[], (number | null)[]] {
  const x: number[] = [];
  const y: (number | null)[] = [];
  for (let i = 0; i < tMs.length; i++) {
    const t = tMs[i] as number;
    const previous = x.at(-1);
    if (previous !== undefined && t - previous > longestMs) {
      x.push(previous + 1);
      y.push(null);
    }
    const value = values[i] as number;
    x.push(t);
    y.push(Number.isNaN(value) ? null : value);
  }
  return [x, y];
}
