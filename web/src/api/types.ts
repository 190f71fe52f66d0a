/** The service's JSON, exactly as it travels. */

export type SessionState = "created" | "waiting" | "live" | "ended" | "expired";
export type PatientState =
  | "none"
  | "invited"
  | "waiting"
  | "admitted"
  | "denied"
  | "joined"
  | "left";
export type AnalysisState = "none" | "granted" | "paused";
export type AgentState =
  | "none"
  | "waiting"
  | "analysing"
  | "paused"
  | "no_capacity"
  | "lost"
  | "alone";

export interface Session {
  id: string;
  short_id: string;
  state: SessionState;
  sample: boolean;
  created_at: string;
  live_at: string | null;
  ended_at: string | null;
  patient: {
    state: PatientState;
    /** The LiveKit identity of the patient's seat; the practitioner's share only. */
    identity?: string | null;
    analysis: AnalysisState;
    keeping: boolean;
  };
  agent: { state: AgentState };
}

export interface ConsentText {
  version: string;
  language: string;
  sha256: string;
  purposes: { id: "live_analysis" | "keeping"; title: string; text: string }[];
}

export interface Consent {
  live_analysis: boolean;
  keeping: boolean;
  text_version: string;
  language: string;
  given_by: "guardian";
  child_assent: boolean | null;
}

export interface Invite {
  link: string;
  short_code: string;
  short_code_expires_at: string;
  expires_at: string;
}

export interface Seat {
  session_id: string;
  credential: string;
}

export interface JoinToken {
  server_url: string;
  participant_token: string;
}

export type AnalysisAnswer = Pick<Session["patient"], "analysis" | "keeping">;
