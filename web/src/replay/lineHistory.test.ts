import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { NetworkStatsSchema } from "../generated/epedicare/analysis/v1/analysis_pb";
import { lineAt, lineHistory, weakStretches } from "./lineHistory";

interface Second {
  frames?: number;
  lost?: number;
  jitterMs?: number;
}

/** Counters after each second: 25 pictures, 100 packets and 100 kB, unless said otherwise. */
function counted(...seconds: Second[]) {
  const stats = [create(NetworkStatsSchema, { tMs: 0 })];
  for (const { frames = 25, lost = 0, jitterMs = 4 } of seconds) {
    const before = stats.at(-1);
    stats.push(
      create(NetworkStatsSchema, {
        tMs: (before?.tMs ?? 0) + 1000,
        framesDecoded: (before?.framesDecoded ?? 0) + frames,
        packetsReceived: (before?.packetsReceived ?? 0) + 100 - lost,
        packetsLost: (before?.packetsLost ?? 0) + lost,
        bytesReceived: (before?.bytesReceived ?? 0n) + 100_000n,
        jitterMs,
        roundTripMs: 31,
      }),
    );
  }
  return stats;
}

test("what came in each second is told by the counters", () => {
  const history = lineHistory(counted({}, { lost: 4 }));
  expect(history).toHaveLength(2);
  expect(lineAt(history, 1500)).toEqual({
    fromMs: 1000,
    toMs: 2000,
    hz: 25,
    lostPercent: 4,
    jitterMs: 4,
    roundTripMs: 31,
    kbps: 800,
  });
  expect(lineAt(history, 2500)).toBeUndefined();
});

test("weak seconds beside each other are one stretch", () => {
  const history = lineHistory(counted({}, { frames: 9 }, { jitterMs: 80 }, {}, { lost: 3 }));
  expect(weakStretches(history)).toEqual([
    { fromMs: 1000, toMs: 3000 },
    { fromMs: 4000, toMs: 5000 },
  ]);
});

test("a camera that is published anew counts from nothing, and a pause is no line", () => {
  const [first, ...rest] = [...counted({}, {}), ...counted({}).slice(1)];
  const again = rest.map((stats, i) => ({ ...stats, tMs: (i + 1) * 1000 }));
  expect(lineHistory([first as (typeof rest)[0], ...again])).toHaveLength(2);
  const late = counted({}, {}).map((stats, i) => ({ ...stats, tMs: i === 2 ? 60_000 : stats.tMs }));
  expect(lineHistory(late)).toHaveLength(1);
  expect(lineHistory([])).toEqual([]);
});
