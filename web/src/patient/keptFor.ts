import i18next from "i18next";
import type { ConsentText, Session } from "../api";

type Purpose = ConsentText["purposes"][number]["id"];

const DAYS_IN_YEAR = 365;

/** How long what is agreed to stays, as a paragraph more; empty where no date is set. */
export function keptFor({ measurements }: Pick<Session, "measurements">, purpose: Purpose): string {
  const { keeping_days, research_use_days } = measurements;
  if (purpose === "live_analysis" || keeping_days === null) return "";
  if (purpose === "keeping")
    return i18next.t("patient:choices.keptFor", { time: inWords(keeping_days) });
  if (research_use_days === null) return i18next.t("patient:choices.keptForResearchWithoutEnd");
  const days = Math.max(keeping_days, research_use_days);
  return i18next.t("patient:choices.keptForResearch", { time: inWords(days) });
}

function inWords(days: number): string {
  return days % DAYS_IN_YEAR === 0
    ? i18next.t("patient:choices.years", { count: days / DAYS_IN_YEAR })
    : i18next.t("patient:choices.days", { count: days });
}
