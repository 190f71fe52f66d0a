import type { MeasureInfo, Text } from "../../generated/epedicare/analysis/v1/analysis_pb";
import type { Language } from "../../i18n";

const NARROW_SPACE = "\u202f";
const MINUS = "\u2212";
/** Of what is counted, the label already says what it is. */
const UNIT_SIGNS: Record<string, string> = { deg: "°", "deg/s": "°/s", "1": "", faces: "" };

/** Whoever wrote it, the page has one kind of apostrophe. */
export function textIn(language: Language, text: Text | undefined): string {
  return (text?.[language] ?? "").replaceAll("'", "’");
}

/** A number rounded to what its measure can bear. */
export function formatNumber(value: number, decimals: number, language: Language): string {
  const rounded = new Intl.NumberFormat(language, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    signDisplay: "negative",
  }).format(value);
  return rounded.replace("-", MINUS);
}

/** The unit as it stands behind a number, with its space. */
export function unitSuffix(unit: string): string {
  const sign = unitSign(unit);
  return sign === "" || sign.startsWith("°") ? sign : NARROW_SPACE + sign;
}

export function unitSign(unit: string): string {
  return UNIT_SIGNS[unit] ?? unit;
}

/** Units of the field: for a researcher, and in the details of a measure. */
const SPECIALIST_UNITS = /^(IOD|SW)\b/;

/** The measure as it is read beside a child: without the units of the field. */
export function plainly(info: MeasureInfo): MeasureInfo {
  return SPECIALIST_UNITS.test(info.unit) ? { ...info, unit: "" } : info;
}

export function formatValue(value: number, info: MeasureInfo, language: Language): string {
  return formatNumber(value, info.decimals, language) + unitSuffix(info.unit);
}

export function formatInterval(
  low: number,
  high: number,
  info: MeasureInfo,
  language: Language,
): string {
  const [from, to] = [low, high].map((end) => formatNumber(end, info.decimals, language));
  return `${from}${NARROW_SPACE}–${NARROW_SPACE}${to}`;
}

/** How many characters the longest number of this measure takes, so that its column never moves. */
export function widestInCharacters(info: MeasureInfo): number {
  const ends = [info.rangeLow ?? -100, info.rangeHigh ?? 100];
  return Math.max(...ends.map((end) => formatValue(end, info, "en").length));
}

/** 754 → "12:34"; 3723 → "1:02:03". */
export function formatClock(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const twoDigits = (part: number) => String(part).padStart(2, "0");
  return h > 0 ? `${h}:${twoDigits(m)}:${twoDigits(s)}` : `${twoDigits(m)}:${twoDigits(s)}`;
}

/** 754_321 → "12:34.321", for readers who compare frame by frame. */
export function formatMoment(milliseconds: number): string {
  const whole = Math.max(0, Math.round(milliseconds));
  return `${formatClock(whole)}.${String(whole % 1000).padStart(3, "0")}`;
}

/** The first sentence of a reason says what is; the rest says what brings the value back. */
export function firstSentence(text: string): string {
  const end = text.search(/[.!?](\s|$)/);
  return end < 0 ? text : text.slice(0, end);
}
