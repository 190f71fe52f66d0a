/** The service's JSON, by the pages' names; the types are made from the service itself. */

import type {
  ConsentAnswers,
  InviteView,
  PatientSeenByPractitioner,
  PatientView,
  Seated,
  SessionSeenByPractitioner,
  SessionView,
  Token,
} from "../generated/api";

export type { ConsentText, SessionState } from "../generated/api";
export type Session = Omit<SessionView, "patient"> & {
  /** The identity is the practitioner's share only. */
  patient: PatientView & Partial<Pick<PatientSeenByPractitioner, "identity">>;
} & Partial<Pick<SessionSeenByPractitioner, "label">>;
export interface SessionPage {
  sessions: Session[];
  next: string | null;
}
export type PatientState = PatientView["state"];
export type AnalysisState = PatientView["analysis"];
export type AgentState = SessionView["agent"]["state"];
export type AnalysisAnswer = Pick<PatientView, "analysis" | "keeping">;
export type Consent = ConsentAnswers;
export type Invite = InviteView;
export type Seat = Seated;
export type JoinToken = Token;
