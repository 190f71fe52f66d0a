import type { TimeRange } from "../analysis/charts/timeSource";
import type { NetworkStats } from "../generated/epedicare/analysis/v1/analysis_pb";
import { WEAK } from "../room/line/line";
import { firstAfter } from "./columns";

/** The family's picture as it reached the analysis, over about a second. */
export interface LineSecond {
  fromMs: number;
  toMs: number;
  hz: number;
  lostPercent: number;
  jitterMs: number;
  roundTripMs: number;
  kbps: number;
}

/** From the log's counters, which only grow while one camera is published. */
export function lineHistory(stats: readonly NetworkStats[]): LineSecond[] {
  return stats.slice(1).flatMap((after, i) => secondBetween(stats[i] as NetworkStats, after) ?? []);
}

function secondBetween(before: NetworkStats, after: NetworkStats): LineSecond | undefined {
  const lastedMs = after.tMs - before.tMs;
  const bytes = Number(after.bytesReceived - before.bytesReceived);
  // No picture was analysed in between, or another run or camera counts from nothing.
  if (lastedMs <= 0 || lastedMs > LONGEST_MS || bytes < 0) return undefined;
  const received = Math.max(0, after.packetsReceived - before.packetsReceived);
  const lost = Math.max(0, after.packetsLost - before.packetsLost);
  return {
    fromMs: before.tMs,
    toMs: after.tMs,
    hz: (Math.max(0, after.framesDecoded - before.framesDecoded) * 1000) / lastedMs,
    lostPercent: received + lost > 0 ? (100 * lost) / (received + lost) : 0,
    jitterMs: after.jitterMs,
    roundTripMs: after.roundTripMs,
    kbps: (bytes * 8) / lastedMs,
  };
}

const LONGEST_MS = 5000;

export function lineAt(history: readonly LineSecond[], tMs: number): LineSecond | undefined {
  const ends = history.map(({ toMs }) => toMs);
  const found = history[firstAfter(ends, tMs)];
  return found && found.fromMs <= tMs ? found : undefined;
}

function isWeak({ lostPercent, roundTripMs, jitterMs, hz }: LineSecond): boolean {
  return (
    lostPercent >= WEAK.lostPercent ||
    roundTripMs >= WEAK.roundTripMs ||
    jitterMs >= WEAK.jitterMs ||
    hz < WEAK.hz
  );
}

/** Where the line was weak, joined. */
export function weakStretches(history: readonly LineSecond[]): TimeRange[] {
  const stretches: TimeRange[] = [];
  for (const second of history.filter(isWeak)) {
    const last = stretches.at(-1);
    if (last && last.toMs === second.fromMs) last.toMs = second.toMs;
    else stretches.push({ fromMs: second.fromMs, toMs: second.toMs });
  }
  return stretches;
}
