import {
  type MeasureInfo,
  Quality,
  type Registry,
  type Value,
} from "../../generated/epedicare/analysis/v1/analysis_pb";
import type { Language } from "../../i18n";
import { type AnalysisStore, STALE_MS } from "../stream/analysisStore";
import { formatInterval, formatValue, plainly, textIn } from "./format";

export type QualityName = "good" | "usable" | "notMeasurable";

/** One measure as a person reads it. Exactly one of value and why is given. */
export interface Reading {
  measure: number;
  /** As it is shown; beside a child without the units of the field. */
  info: MeasureInfo;
  unit: string;
  label: string;
  value: string | undefined;
  interval: string | undefined;
  quality: QualityName;
  /** Why there is no value: whole sentences; empty when nothing has been heard lately. */
  why: string[] | undefined;
}

/** The value of now, in a call; silence: why nothing is being measured. */
export function readMeasure(
  store: AnalysisStore,
  registry: Registry,
  measure: number,
  language: Language,
  nowMs: number,
  silence?: string,
): Reading | undefined {
  if (silence !== undefined) {
    const reading = readValue(undefined, registry, measure, language, plainly);
    return reading && { ...reading, why: [silence] };
  }
  const current = store.currentOf(measure);
  const isFresh = current !== undefined && nowMs - current.receivedAtMs <= STALE_MS;
  return readValue(isFresh ? current.value : undefined, registry, measure, language, plainly);
}

/** A value in words and numbers; undefined: none was heard. */
export function readValue(
  heard: Value | undefined,
  registry: Registry,
  measure: number,
  language: Language,
  shownAs: (info: MeasureInfo) => MeasureInfo = (info) => info,
): Reading | undefined {
  const whole = registry.measures[measure];
  if (whole === undefined) return undefined;
  const info = shownAs(whole);
  const base = { measure, info, unit: whole.unit, label: textIn(language, info.label) };
  if (heard?.value === undefined) {
    const why = reasonsOf(heard, registry, language);
    return { ...base, value: undefined, interval: undefined, quality: "notMeasurable", why };
  }
  const { value, ciLow, ciHigh, quality } = heard;
  return {
    ...base,
    value: formatValue(value, info, language),
    interval:
      ciLow === undefined || ciHigh === undefined
        ? undefined
        : formatInterval(ciLow, ciHigh, info, language),
    quality: quality === Quality.GOOD ? "good" : "usable",
    why: undefined,
  };
}

/** They say what follows from another reason, and nothing beside it. */
const CONSEQUENCES = new Set(["too_little_time", "rest_would_mislead"]);

function reasonsOf(heard: Value | undefined, registry: Registry, language: Language): string[] {
  const infos = heard?.reasons.flatMap((reason) => registry.reasons[reason] ?? []) ?? [];
  return infos
    .filter(({ id }, i) => i === 0 || !CONSEQUENCES.has(id))
    .map(({ label }) => textIn(language, label));
}
