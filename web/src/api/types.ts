/** The service's JSON, by the pages' names; the types are made from the service itself. */

import type {
  ConsentAnswers,
  InviteView,
  PatientSeenByPractitioner,
  PatientView,
  Seated,
  SessionList,
  SessionSeenByPractitioner,
  SessionView,
  Token,
} from "../generated/api";

export type {
  Configuration,
  ConsentText,
  LoginLasts,
  Me,
  OpenInvitation,
  SessionState,
  SignedIn,
  SignedOut,
} from "../generated/api";
export type Session = Omit<SessionView, "patient"> & {
  /** The identity is the practitioner's share only. */
  patient: PatientView & Partial<Pick<PatientSeenByPractitioner, "identity">>;
} & Partial<
    Pick<
      SessionSeenByPractitioner,
      "label" | "appointment_at" | "patient_code" | "visit_number" | "age_months"
    >
  >;
export type SessionPage = SessionList;
export type PatientState = PatientView["state"];
export type AnalysisState = PatientView["analysis"];
export type AgentState = SessionView["agent"]["state"];
export type AnalysisAnswer = Pick<PatientView, "analysis" | "keeping">;
export type Consent = ConsentAnswers;
export type Invite = InviteView;
export type Seat = Seated;
export type JoinToken = Token;
