import type { TFunction } from "i18next";
import type { AnalysisStore } from "../stream/analysisStore";
import type { TimeRange } from "../stream/followed";
import { formatClock } from "./format";

/** A stretch of time of which this page knows nothing, and why. */
export interface Unknown extends TimeRange {
  why: "notFollowed" | "paused" | "loading";
}

/** Of a call that this page is in. */
export function unknownInCall({ followed, pauses }: AnalysisStore, range: TimeRange): Unknown[] {
  return [
    ...followed.missedIn(range).map((missed) => ({ ...missed, why: "notFollowed" as const })),
    ...pauses.pausesIn(range).map((pause) => ({ ...pause, why: "paused" as const })),
  ];
}

export function unknownInWords(
  unknown: readonly Unknown[],
  range: TimeRange,
  clockMs: (tMs: number) => number,
  t: TFunction<"analysis">,
): string {
  const clock = (tMs: number) => formatClock(clockMs(tMs));
  const sentences = unknown.map(({ why, fromMs, toMs }) => {
    if (why === "loading") return t("analysis:unknown.loadingSentence");
    if (why === "paused") {
      return t("analysis:unknown.pausedSentence", { from: clock(fromMs), to: clock(toMs) });
    }
    return fromMs <= range.fromMs
      ? t("analysis:unknown.before", { time: clock(toMs) })
      : t("analysis:unknown.between", { from: clock(fromMs), to: clock(toMs) });
  });
  return [...new Set(sentences)].join(" ");
}
