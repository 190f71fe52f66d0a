import type { TFunction } from "i18next";
import type { TimeRange } from "../stream/followed";
import { formatClock } from "./format";

/** A stretch of time of which this page knows nothing, and why. */
export interface Unknown extends TimeRange {
  why: "notFollowed" | "loading";
}

/** Of what a page did not hear. */
export function notFollowed(missed: readonly TimeRange[]): Unknown[] {
  return missed.map((range) => ({ ...range, why: "notFollowed" }));
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
    return fromMs <= range.fromMs
      ? t("analysis:unknown.before", { time: clock(toMs) })
      : t("analysis:unknown.between", { from: clock(fromMs), to: clock(toMs) });
  });
  return [...new Set(sentences)].join(" ");
}
