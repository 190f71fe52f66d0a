import type { Session } from "../../api";
import {
  AgentState,
  Keeping,
  type Status,
} from "../../generated/epedicare/analysis/v1/analysis_pb";

/** What the practitioner's page is about, in one word; each has its own sentence. */
export type CallState =
  | "notInvited"
  | "waitingForPatient"
  | "patientWaiting"
  | "denied"
  | "joining"
  | "left"
  | "noConsent"
  | "withdrawn"
  | "pausing"
  | "paused"
  | "starting"
  | "analysing"
  | "cameraOff"
  | "alone"
  | "noCapacity"
  | "lost"
  | "agentAway"
  | "ended"
  | "expired"
  | "cancelled";

export interface Heard {
  /** The agent's last status over the data channel. */
  status: Status | undefined;
  /** Nothing heard for several of its beats. */
  isSilent: boolean;
}

export function callState(session: Session, heard: Heard): CallState {
  if (session.state === "ended" || session.state === "expired" || session.state === "cancelled")
    return session.state;
  switch (session.patient.state) {
    case "none":
      return "notInvited";
    case "invited":
      return "waitingForPatient";
    case "waiting":
      return "patientWaiting";
    case "denied":
      return "denied";
    case "admitted":
      return "joining";
    case "left":
      return "left";
    case "joined":
      return analysisState(session, heard);
  }
}

/** Consent is the service's to tell; what the analysis does, the agent's own. */
function analysisState(session: Session, { status, isSilent }: Heard): CallState {
  if (session.patient.analysis === "none") {
    return session.patient.consent.live_analysis === "withdrawn" ? "withdrawn" : "noConsent";
  }
  if (session.patient.analysis === "paused") {
    return status?.state === AgentState.ANALYSING && !isSilent ? "pausing" : "paused";
  }
  if (status === undefined || isSilent) return stateByService(session.agent.state);
  switch (status.state) {
    case AgentState.ANALYSING:
      return "analysing";
    case AgentState.NO_CAPACITY:
      return "noCapacity";
    case AgentState.LOST:
      return "lost";
    case AgentState.ALONE:
      return "alone";
    case AgentState.PAUSED: // its end has not reached the agent yet
      return "starting";
    default:
      return "starting";
  }
}

/** The service looks at the agent's heartbeat; what it calls analysing, this page does not get. */
function stateByService(agent: Session["agent"]["state"]): CallState {
  if (agent === "no_capacity") return "noCapacity";
  if (agent === "alone") return "alone";
  return agent === "none" || agent === "analysing" ? "agentAway" : "starting";
}

const OF_THE_ANALYSIS: readonly CallState[] = [
  "pausing",
  "paused",
  "starting",
  "analysing",
  "alone",
  "noCapacity",
  "lost",
  "agentAway",
];

/** Where the family's camera is off, that alone is why nothing is measured. */
export function withCamera(state: CallState, isCameraOff: boolean): CallState {
  return isCameraOff && OF_THE_ANALYSIS.includes(state) ? "cameraOff" : state;
}

const NOTHING_MEASURED: readonly CallState[] = [
  "pausing",
  "cameraOff",
  "alone",
  "left",
  "noConsent",
  "withdrawn",
  "paused",
  "noCapacity",
  "lost",
  "agentAway",
];

/** What was last measured says nothing about now, and the state says why. */
export function measuresNothing(state: CallState): boolean {
  return NOTHING_MEASURED.includes(state);
}

type NotKept = "nothingKept" | "quotaUsed" | "diskNearlyFull";

const WHY_NOT_KEPT: ReadonlyMap<Keeping, NotKept> = new Map([
  [Keeping.FAILED, "nothingKept"],
  [Keeping.QUOTA_USED, "quotaUsed"],
  [Keeping.DISK_NEARLY_FULL, "diskNearlyFull"],
]);

/** Consent to keep the measurements was given, and yet nothing is kept: the notice that says so. */
export function whyNotKept({ status, isSilent }: Heard): NotKept | undefined {
  return isSilent || !status ? undefined : WHY_NOT_KEPT.get(status.keeping);
}

/** Whether there is a call to be in. */
export function isCall(session: Session): boolean {
  return session.state === "live";
}
