import { OriginKey } from "../originKey";
import { Deadline } from "./abort";
import { isRefused, refusalOf, Unreachable } from "./errors";
import type {
  AccountChange,
  AccountView,
  AnalysisAnswer,
  AuditPage,
  AuditSearch,
  AuditVerdict,
  ColleagueLink,
  Configuration,
  Consent,
  ConsentText,
  Invite,
  JoinToken,
  KnownPatient,
  KnownUnit,
  LoginLasts,
  Me,
  Note,
  NotesView,
  OpenInvitation,
  PatientCodes,
  PictureTest,
  Rules,
  Seat,
  Session,
  SessionFacts,
  SessionPage,
  SessionSearch,
  SessionsForResearch,
  SignedIn,
  SignedOut,
  UnitChange,
  WaitingWord,
} from "./types";

const TIMEOUT_MS = 10_000;
/** The tables of an hour are made in a minute or two. */
export const EXPORT_FORMATS = [
  "summary",
  "csv",
  "parquet",
  "elan",
  "boris",
  "bids",
  "openface",
  "fhir",
  "family",
] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const EXPORT_TIMEOUT_MS = 600_000;

const login = new OriginKey("epedicare.login");

interface Call {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  body?: unknown;
  signal?: AbortSignal;
  timeoutMs?: number;
}

/** The HTTP contract of the token service. With a credential it speaks for the patient's seat,
 *  without one for the practitioner whose cookie and key the browser holds. */
export class Api {
  constructor(readonly credential: string | null = null) {}

  get headers(): Record<string, string> {
    return this.credential ? { Authorization: `Bearer ${this.credential}` } : login.headers;
  }

  consentText = (language: string) => this.call<ConsentText>(`/consent-text?language=${language}`);

  signIn = async (secret: string) => {
    const opened = await this.call<SignedIn>("/sign-in", { method: "POST", body: { secret } });
    login.keep(opened.key);
  };
  /** Whoever made a link with a key of their own changes nothing: it fits no cookie of ours. */
  signInWithKey = async (key: string) => {
    const before = login.value;
    login.keep(key);
    try {
      await this.me();
    } catch (reason) {
      if (isRefused(reason, 401)) login.restore(before);
      throw reason;
    }
  };
  /** Where to go now: the provider's page, which ends the session there, or our own first one. */
  signOut = async () => {
    const left = await this.call<SignedOut | undefined>("/sign-out", { method: "POST", body: {} });
    login.forget();
    return left?.continue_at ?? "/";
  };
  me = () => this.call<Me>("/me");
  /** How long until the practitioner is signed out. Asking is doing nothing. */
  loginLasts = () => this.call<LoginLasts>("/me/login");
  /** The practitioner has touched the page. */
  active = () => this.call<LoginLasts>("/me/active", { method: "POST", body: {} });
  configuration = () => this.call<Configuration>("/configuration");

  /** unitId: null where the practitioner has one unit, or none. */
  createSession = (facts: SessionFacts, unitId: string | null) =>
    this.call<Session>("/sessions", { method: "POST", body: { ...facts, unit_id: unitId } });
  /** A page at a time; after: what the page before called next. */
  sessions = (search: SessionSearch, after?: string) => {
    const asked = new URLSearchParams({ ...search, ...(after ? { after } : {}) });
    return this.call<SessionPage>(`/sessions?${asked}`);
  };
  session = (id: string) => this.call<Session>(`/sessions/${id}`);
  /** What is left out stays; null takes it away. */
  changeSession = (id: string, facts: SessionFacts) =>
    this.call<Session>(`/sessions/${id}`, { method: "PATCH", body: facts });
  /** Before it is live. */
  cancel = (id: string) => this.act<Session>(id, "cancel");
  /** With all that is kept of it. */
  delete = (id: string) => this.call<void>(`/sessions/${id}`, { method: "DELETE", body: {} });
  /** What is kept of a session, in one ZIP file. */
  /** A ZIP file; of the summary a PDF in that language. */
  exported = (id: string, to: ExportFormat, language: string): Promise<Blob> =>
    this.answer(
      `/sessions/${id}/export?to=${to}&language=${language}`,
      { timeoutMs: EXPORT_TIMEOUT_MS },
      (response) => response.blob(),
    );
  /** Those whose codes begin so, in a session of this unit. */
  patients = async (beginning: string, unitId: string | null): Promise<KnownPatient[]> => {
    const asked = new URLSearchParams({ beginning, ...(unitId ? { unit: unitId } : {}) });
    return (await this.call<PatientCodes>(`/patients?${asked}`)).patients;
  };
  /** Without a code, one is drawn. */
  createPatient = (unitId: string | null, code?: string) =>
    this.call<KnownPatient>("/patients", {
      method: "POST",
      body: { unit_id: unitId, ...(code ? { code } : {}) },
    });
  invite = (id: string) => this.act<Invite>(id, "invites");
  admit = (id: string) => this.act<Session>(id, "admit");
  deny = (id: string) => this.act<Session>(id, "deny");
  /** To a family that waits; nothing takes it back. */
  tellWaiting = (id: string, word: WaitingWord) =>
    this.call<Session>(`/sessions/${id}/waiting-word`, { method: "PUT", body: word });
  end = (id: string) => this.act<Session>(id, "end");

  notes = (id: string) => this.call<NotesView>(`/sessions/${id}/notes`);
  /** version: the one that was read. An empty text erases it. */
  writeNote = (id: string, text: string, version: number) =>
    this.call<Note>(`/sessions/${id}/notes`, { method: "PUT", body: { text, version } });

  /** By the code that the colleague's own page shows. */
  share = (id: string, code: string, controls: boolean) =>
    this.call<Session>(`/sessions/${id}/colleagues`, { method: "POST", body: { code, controls } });
  colleagueLink = (id: string, controls: boolean) =>
    this.call<ColleagueLink>(`/sessions/${id}/colleagues/links`, {
      method: "POST",
      body: { controls },
    });
  joinColleague = (secret: string) =>
    this.call<{ session_id: string }>("/colleague-links/redeem", {
      method: "POST",
      body: { secret },
    });
  changeColleague = (id: string, colleague: string, controls: boolean) =>
    this.call<Session>(`/sessions/${id}/colleagues/${colleague}`, {
      method: "PATCH",
      body: { controls },
    });
  admitColleague = (id: string, colleague: string) =>
    this.act<Session>(id, `colleagues/${colleague}/admit`);
  removeColleague = (id: string, colleague: string) =>
    this.act<Session>(id, `colleagues/${colleague}/remove`);
  handOver = (id: string, colleague: string) =>
    this.act<Session>(id, `colleagues/${colleague}/hand-over`);
  leaveColleagues = (id: string) => this.act<void>(id, "colleagues/leave");

  accounts = () => this.call<AccountView[]>("/administration/accounts");
  changeAccount = (id: string, change: AccountChange) =>
    this.call<AccountView>(`/administration/accounts/${id}`, { method: "PATCH", body: change });
  /** In every browser. */
  signOutAccount = (id: string) =>
    this.call<AccountView>(`/administration/accounts/${id}/sign-out`, { method: "POST", body: {} });
  units = () => this.call<KnownUnit[]>("/administration/units");
  addUnit = (title: string, claim?: string) =>
    this.call<KnownUnit>("/administration/units", {
      method: "POST",
      body: { title, ...(claim ? { claim } : {}) },
    });
  /** What is left out stays. */
  changeUnit = (id: string, change: UnitChange) =>
    this.call<KnownUnit>(`/administration/units/${id}`, { method: "PATCH", body: change });
  rules = () => this.call<Rules>("/administration/rules");

  /** The newest first; before: what the page before called next. */
  audit = (search: AuditSearch, before: number | null) => {
    const asked = new URLSearchParams({ ...search, ...(before ? { before: `${before}` } : {}) });
    return this.call<AuditPage>(`/audit?${asked}`);
  };
  /** known: an end that somebody wrote down earlier. */
  verifyAudit = (known: string | null) => {
    const asked = known ? `?${new URLSearchParams({ known })}` : "";
    return this.call<AuditVerdict>(`/audit/verification${asked}`, { timeoutMs: EXPORT_TIMEOUT_MS });
  };
  exportedAudit = (to: "csv" | "jsonl"): Promise<Blob> =>
    this.answer(`/audit/export?to=${to}`, { timeoutMs: EXPORT_TIMEOUT_MS }, (response) =>
      response.blob(),
    );

  /** A page at a time; after: what the page before called next. */
  sessionsForResearch = (after: string | null) => {
    const asked = after ? `?${new URLSearchParams({ after })}` : "";
    return this.call<SessionsForResearch>(`/research/sessions${asked}`);
  };

  /** Uses nothing up, and is refused as redeeming would be. */
  peek = (secret: string) =>
    this.call<OpenInvitation>("/invites/peek", { method: "POST", body: { secret } });
  /** A token of a room that is thrown away, to try the line: with an invitation that is not used … */
  testInvited = (secret: string) =>
    this.call<JoinToken>("/invites/connection-test", { method: "POST", body: { secret } });
  /** … or from a session's pages. */
  testConnection = (id: string) => this.act<JoinToken>(id, "connection-test");
  redeem = (invite: { secret: string } | { code: string }) =>
    this.call<Seat>("/invites/redeem", { method: "POST", body: invite });
  /** Again, to tell how the picture is by now; null: the family's page does not say. */
  knock = (id: string, picture: PictureTest | null = null) =>
    this.call<void>(`/sessions/${id}/knock`, {
      method: "POST",
      body: { picture_test: picture },
    });
  leave = (id: string) => this.act<void>(id, "leave");
  /** erase: what was kept until now, too; goes with a consent that refuses keeping. */
  consent = (id: string, consent: Consent, erase = false) =>
    this.putAnalysis(id, { consent, erase });
  withdrawResearchUse = (id: string) => this.act<void>(id, "research-use/withdraw");
  eraseMeasurements = (id: string) => this.act<void>(id, "measurements/erase");
  setPaused = (id: string, paused: boolean, signal?: AbortSignal) =>
    this.putAnalysis(id, { paused }, signal);

  token = (roomName?: string) =>
    this.call<JoinToken>("/token", {
      method: "POST",
      body: roomName ? { room_name: roomName } : {},
    });

  private act<T>(id: string, action: string): Promise<T> {
    return this.call<T>(`/sessions/${id}/${action}`, { method: "POST", body: {} });
  }

  private putAnalysis(id: string, body: unknown, signal?: AbortSignal): Promise<AnalysisAnswer> {
    return this.call(`/sessions/${id}/analysis`, { method: "PUT", body, signal });
  }

  private call<T>(path: string, call: Call = {}): Promise<T> {
    return this.answer(path, call, async (response) =>
      response.status === 204 ? (undefined as T) : ((await response.json()) as T),
    );
  }

  private async answer<T>(
    path: string,
    { method = "GET", body, signal, timeoutMs = TIMEOUT_MS }: Call,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    const deadline = new Deadline(timeoutMs, signal);
    try {
      const response = await fetch(`/api/v1${path}`, {
        method,
        headers: {
          ...this.headers,
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: deadline.signal,
      }).catch((error: unknown) => {
        throw new Unreachable(String(error));
      });
      if (!response.ok) throw await refusalOf(response);
      return await read(response);
    } finally {
      deadline.clear();
    }
  }
}
