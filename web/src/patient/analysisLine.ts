import type { Connection, Session } from "../api";

/** The one line about the analysis: what the service says of consent and of the agent itself, never
 *  a guess. A key of the patient texts. */
export function analysisLine({ patient, agent }: Session, connection: Connection): string {
  if (connection !== "open") return "badge.unknown";
  const isStillAnalysing = agent.state === "analysing";
  if (patient.analysis === "none") return isStillAnalysing ? "badge.stopping" : "badge.none";
  if (patient.analysis === "paused") return isStillAnalysing ? "badge.pausing" : "badge.paused";
  switch (agent.state) {
    case "analysing":
      return "badge.analysing";
    case "no_capacity":
      return "badge.noCapacity";
    case "lost":
      return "badge.lost";
    case "alone":
      return "badge.alone";
    default:
      return "badge.starting";
  }
}
