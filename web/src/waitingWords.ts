import type { TFunction } from "i18next";
import type { WaitingWordView } from "./generated/api";

/** What a family that waits was told, in the page's language but for a line of one's own. */
export function waitingWords(t: TFunction, { late_min, text }: WaitingWordView): string {
  return text ?? t("patient:waiting.late", { minutes: late_min });
}
