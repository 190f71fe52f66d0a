import type { Language } from "../i18n";

export interface Appointment {
  day: string;
  time: string;
  /** In words: a family abroad is to see whose clock it is. */
  zone: string;
}

/** As the clock on the wall where the family is says it, unless a zone is named. */
export function appointment(at: Date, language: Language, timeZone?: string): Appointment {
  const tag = language === "fr" ? "fr-FR" : "en-GB";
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(tag, { timeZone, ...options });
  const parts = format({ hour: "numeric", timeZoneName: "long" }).formatToParts(at);
  const day = format({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
  return {
    day: day.format(at),
    time: format({ hour: "2-digit", minute: "2-digit" }).format(at),
    zone: parts.find(({ type }) => type === "timeZoneName")?.value ?? "",
  };
}
