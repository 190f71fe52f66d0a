import type { TFunction } from "i18next";
import { sentenceOf } from "../api";
import type { RoomPhase } from "./keepJoined";

/** What the page is doing about the connection, for a person; empty when there is nothing to say. */
export function phaseSentence(t: TFunction, phase: RoomPhase): string {
  switch (phase.name) {
    case "idle":
    case "connected":
      return "";
    case "rejoining":
      return phase.inSeconds > 0
        ? t("room:phase.rejoiningIn", { count: phase.inSeconds })
        : t("room:phase.rejoining");
    case "failed":
      return `${t("room:phase.failed")} ${sentenceOf(phase.error)}`;
    default:
      return t(`room:phase.${phase.name}`);
  }
}
