/** Parts of a measure's whole range that bounds snap to, and the least that is ever shown. */
const STEPS = 10;
const FEWEST_STEPS = 2;

export interface WholeRange {
  low: number | undefined;
  high: number | undefined;
}

/**
 * Bounds for a chart: close enough to see the signal, wide enough that noise looks small, in steps,
 * so that the scale seldom moves. A range that starts at 0 keeps its 0.
 */
export function calmBounds(
  min: number | null,
  max: number | null,
  { low, high }: WholeRange,
): [number, number] {
  if (min === null || max === null) return [low ?? 0, high ?? (low ?? 0) + 1];
  if (low === undefined || high === undefined || high <= low) return around(min, max, low);
  const step = (high - low) / STEPS;
  const first = low === 0 ? Math.min(0, Math.floor(min / step)) : Math.floor(min / step);
  const last = Math.max(Math.ceil(max / step), first + FEWEST_STEPS);
  return [first * step, last * step];
}

function around(min: number, max: number, low: number | undefined): [number, number] {
  const room = (max - min || Math.abs(max) || 1) / STEPS;
  return [low === undefined ? min - room : Math.min(low, min), max + room];
}

/** As many as tell neighbouring values apart exactly: 0.25 needs two. */
export function decimalsOf(step: number): number {
  for (let decimals = 0; decimals < 6; decimals++) {
    const scaled = step * 10 ** decimals;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6) return decimals;
  }
  return 6;
}
