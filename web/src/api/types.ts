/** The service's JSON, by the pages' names; the types are made from the service itself. */

import type {
  AuditEntryView,
  ColleagueLinkView,
  ColleagueView,
  ConsentAnswers,
  InviteView,
  Kind,
  NewSession,
  NoteView,
  PatientCodeView,
  PatientSeenByPractitioner,
  PatientView,
  Seated,
  SessionList,
  SessionSeenByPractitioner,
  SessionView,
  Token,
  UnitView,
  WaitingView,
  WantedAccount,
} from "../generated/api";

export type {
  AccountRole,
  AccountView,
  AuditPage,
  AuditVerdict,
  Configuration,
  ConsentText,
  KnownUnit,
  LoginLasts,
  Me,
  NotesView,
  OpenInvitation,
  PatientCodes,
  PictureTest,
  Rules,
  SessionForResearch,
  SessionState,
  SessionsForResearch,
  SignedIn,
  SignedOut,
  UnitChange,
  WaitingWord,
} from "../generated/api";
export type AuditEntry = AuditEntryView;
export type AuditKind = Kind;
/** All that is given holds at once. Times are instants; account and session are beginnings. */
export interface AuditSearch {
  since?: string;
  until?: string;
  kind?: AuditKind;
  account?: string;
  session?: string;
}
/** What an administrator changes; what is left out stays. */
export type AccountChange = Partial<WantedAccount>;
export type Session = Omit<SessionView, "patient"> & {
  /** The identity and the picture's test are the practitioner's share only. */
  patient: PatientView & Partial<Pick<PatientSeenByPractitioner, "identity" | "picture_test">>;
} & Partial<
    Pick<
      SessionSeenByPractitioner,
      | "label"
      | "appointment_at"
      | "unit_id"
      | "patient_code"
      | "visit_number"
      | "age_months"
      | "owner"
      | "colleagues"
    >
  > & {
    /** What a practitioner is to it; whoever waits at the door is shown nothing but that. */
    i_am?: SessionSeenByPractitioner["i_am"] | WaitingView["i_am"];
  };
export type Colleague = ColleagueView;
export type ColleagueLink = ColleagueLinkView;
export type SessionPage = SessionList;
/** What a practitioner writes of a session; null: nothing. */
export type SessionFacts = Omit<NewSession, "sample" | "unit_id">;
export type When = "planned" | "now" | "past";
/** All that is given holds at once. Times are instants. */
export interface SessionSearch {
  when: When;
  unit?: string;
  /** How the code begins. */
  patient?: string;
  since?: string;
  until?: string;
}
export type Unit = UnitView;
export type Note = NoteView;
export type KnownPatient = PatientCodeView;
export type PatientState = PatientView["state"];
export type AnalysisState = PatientView["analysis"];
export type AgentState = SessionView["agent"]["state"];
export type AnalysisAnswer = Pick<PatientView, "analysis" | "keeping">;
export type Consent = ConsentAnswers;
export type Invite = InviteView;
export type Seat = Seated;
export type JoinToken = Token;
