import type { Session } from "./api";
import { currentLanguage, type Language } from "./i18n";

const MONTHS_A_YEAR = 12;
const MINUTE_MS = 60_000;

function tagOf(language: Language): string {
  return language === "fr" ? "fr-FR" : "en-GB";
}

function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(tagOf(currentLanguage()), options);
}

export function dayAndTime(iso: string): string {
  return format({ dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
}

export function secondOfDay(iso: string): string {
  return format({ dateStyle: "short", timeStyle: "medium" }).format(new Date(iso));
}

export function longDayAndTime(iso: string): string {
  return format({ dateStyle: "full", timeStyle: "short" }).format(new Date(iso));
}

export function timeOfDay(iso: string): string {
  return format({ hour: "2-digit", minute: "2-digit" }).format(new Date(iso));
}

/** "today", "tomorrow" where there is such a word, then the day itself. */
export function dayName(iso: string, now: Date = new Date()): string {
  const day = new Date(iso);
  const inDays = Math.round((midnight(day) - midnight(now)) / (24 * 60 * MINUTE_MS));
  const date = format({ weekday: "long", day: "numeric", month: "long" }).format(day);
  if (inDays !== 0 && inDays !== 1) return date;
  const near = new Intl.RelativeTimeFormat(tagOf(currentLanguage()), { numeric: "auto" });
  return `${near.format(inDays, "day")}, ${date}`;
}

export interface Day {
  day: string;
  sessions: Session[];
}

/** Of sessions that have appointments, in their order. */
export function byDay(sessions: readonly Session[], now?: Date): Day[] {
  const days: Day[] = [];
  for (const session of sessions) {
    const day = dayName(session.appointment_at ?? session.created_at, now);
    const last = days.at(-1);
    if (last?.day === day) last.sessions.push(session);
    else days.push({ day, sessions: [session] });
  }
  return days;
}

function midnight(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}

/** In whole minutes; undefined where there was no call. */
export function lastedMinutes({
  live_at,
  ended_at,
}: Pick<Session, "live_at" | "ended_at">): number | undefined {
  if (!live_at || !ended_at) return undefined;
  return Math.max(1, Math.round((Date.parse(ended_at) - Date.parse(live_at)) / MINUTE_MS));
}

export interface Age {
  years: number;
  months: number;
}

export function ageOf(months: number): Age {
  return { years: Math.floor(months / MONTHS_A_YEAR), months: months % MONTHS_A_YEAR };
}

/** As the fields for a date and for a time have them, on the clock of this machine. */
export function fieldsOf(iso: string): { date: string; time: string } {
  const at = new Date(iso);
  const two = (number: number) => String(number).padStart(2, "0");
  return {
    date: `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`,
    time: `${two(at.getHours())}:${two(at.getMinutes())}`,
  };
}

/** null: there is no such moment. */
export function momentOf(date: string, time: string): string | null {
  const at = new Date(`${date}T${time}`);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

/** As a search has it: from the first day's beginning to the last one's end, each if given. */
export function betweenDays(from: string, to: string): { since?: string; until?: string } {
  const since = momentOf(from, "00:00");
  const until = endOfDay(to);
  return { ...(since ? { since } : {}), ...(until ? { until } : {}) };
}

/** The day after it, when it begins: where a search that includes the day ends. */
export function endOfDay(date: string): string | null {
  const begins = new Date(`${date}T00:00`);
  if (Number.isNaN(begins.getTime())) return null;
  begins.setDate(begins.getDate() + 1);
  return begins.toISOString();
}
