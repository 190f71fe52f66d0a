import {
  type Event,
  Quality,
  type Registry,
  Side,
} from "../../generated/epedicare/analysis/v1/analysis_pb";
import { LANGUAGES, type Language, resources } from "../../i18n";
import { formatNumber, textIn, unitSuffix } from "./format";

/** "Looked away", or what the practitioner called a mark. */
export function eventName(event: Event, registry: Registry, language: Language): string {
  if (event.label !== "") return markName(event.label, language);
  return textIn(language, registry.events[event.kind]?.label);
}

/** The menu's own marks in this page's language, whichever they were set in. */
function markName(label: string, language: Language): string {
  for (const names of LANGUAGES.map(markNames)) {
    const name = Object.keys(names).find((each) => names[each] === label);
    if (name !== undefined) return markNames(language)[name] ?? label;
  }
  return label;
}

function markNames(language: Language): Record<string, string> {
  return (resources[language]?.marks ?? {}) as Record<string, string>;
}

/** When the results that an event belongs to stopped, in its run's time; undefined: they come. */
export type StoppedAt = (event: Event) => number | undefined;

/** How long it was seen; undefined while it goes on and for what has no length. */
export function eventDuration(
  event: Event,
  registry: Registry,
  language: Language,
  stoppedAtMs?: number,
) {
  const endMs = event.offsetMs ?? stoppedAtMs;
  if (!registry.events[event.kind]?.lasting || endMs === undefined) return undefined;
  return formatNumber(Math.max(0, endMs - event.onsetMs) / 1000, 1, language) + unitSuffix("s");
}

/** What is to be said of an event without an end of its own; the agent, too, gives a reason then. */
export function eventCourse(
  event: Event,
  registry: Registry,
  stoppedAtMs: number | undefined,
): "goingOn" | "interrupted" | undefined {
  if (!registry.events[event.kind]?.lasting) return undefined;
  if (event.offsetMs !== undefined) return event.reasons.length > 0 ? "interrupted" : undefined;
  return stoppedAtMs === undefined ? "goingOn" : "interrupted";
}

/** Said only when it is not good. */
export function eventQuality({ quality }: Event): "usable" | "notMeasurable" | undefined {
  return ({ [Quality.USABLE]: "usable", [Quality.NOT_MEASURABLE]: "notMeasurable" } as const)[
    quality as Quality.USABLE
  ];
}

/** A bare number or a count beside an event says nothing to a reader; it is in the log. */
const SILENT_UNITS = new Set(["", "1", "faces", "hands"]);

export function eventAmplitude(event: Event, registry: Registry, language: Language) {
  const kind = registry.events[event.kind];
  if (kind === undefined || event.amplitude === undefined || SILENT_UNITS.has(kind.amplitudeUnit)) {
    return undefined;
  }
  return (
    formatNumber(event.amplitude, kind.amplitudeDecimals, language) + unitSuffix(kind.amplitudeUnit)
  );
}

export function sideKey(side: Side): "left" | "right" | "both" | undefined {
  return ({ [Side.LEFT]: "left", [Side.RIGHT]: "right", [Side.BOTH]: "both" } as const)[
    side as Side.LEFT
  ];
}
