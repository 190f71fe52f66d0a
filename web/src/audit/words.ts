import i18next from "i18next";
import type { AuditEntry } from "../api";

const ID = /[0-9a-f]{32}/;

/** What was done, as a key of audit.json, and to whom, as the code that they tell. */
export function readAction(action: string): { key: string; subject: string | null } {
  const [id] = ID.exec(action) ?? [];
  const isAccount = id !== undefined && !/^colleague_|unit_/.test(action);
  const begins = id !== undefined && action.startsWith(id);
  const key = action
    .replace(ID, begins ? "account" : "")
    .replaceAll(/[_.]+/g, "_")
    .replace(/^_|_$/g, "");
  return { key, subject: isAccount ? codeOf(id) : null };
}

/** The sentence; an action that is not known here stands as it was written. */
export function actionInWords(action: string): string {
  const { key, subject } = readAction(action);
  const known = i18next.t(`audit:actions.${key}`, { code: subject ?? "", defaultValue: "" });
  return known || action;
}

/** What a person's own page shows: 3f9a-12bc. */
export function codeOf(account: string): string {
  return ID.test(account) ? `${account.slice(0, 4)}-${account.slice(4, 8)}` : account;
}

/** null: too little to look for. */
export function accountWanted(typed: string): string | null {
  const text = typed.trim().toLowerCase();
  return text.replace("-", "").length >= 8 ? text : null;
}

/** null: no beginning of a session's id. */
export function sessionWanted(typed: string): string | null {
  const text = typed.trim().toLowerCase();
  return /^[0-9a-f]{4,32}$/.test(text) ? text : null;
}

export function shortSession({ session_id }: AuditEntry): string {
  return session_id?.slice(0, 4) ?? "";
}
