import type { Session, SessionFacts } from "../api";
import { fieldsOf, momentOf } from "../moments";

/** What the practitioner has typed of a session, as it was typed. */
export interface TypedFacts {
  patientCode: string;
  visitNumber: string;
  ageMonths: string;
  isPlanned: boolean;
  date: string;
  time: string;
  label: string;
}

export const LARGEST_VISIT = 999;
export const OLDEST_MONTHS = 300;
export type WrongFact = "visitNumber" | "ageMonths" | "moment";

export function typedFacts(session?: Partial<Session>): TypedFacts {
  const at = session?.appointment_at ?? null;
  return {
    patientCode: session?.patient_code ?? "",
    visitNumber: session?.visit_number?.toString() ?? "",
    ageMonths: session?.age_months?.toString() ?? "",
    isPlanned: at !== null,
    ...(at ? fieldsOf(at) : { date: "", time: "" }),
    label: session?.label ?? "",
  };
}

/** What cannot be sent. */
export function wrongFacts(typed: TypedFacts): WrongFact[] {
  const wrong: WrongFact[] = [];
  if (!isCount(typed.visitNumber, 1, LARGEST_VISIT)) wrong.push("visitNumber");
  if (!isCount(typed.ageMonths, 0, OLDEST_MONTHS)) wrong.push("ageMonths");
  if (typed.isPlanned && momentOf(typed.date, typed.time) === null) wrong.push("moment");
  return wrong;
}

/** As the service takes them; an empty field is none. */
export function factsOf(typed: TypedFacts): SessionFacts {
  return {
    patient_code: typed.patientCode.trim() || null,
    visit_number: typed.visitNumber ? Number(typed.visitNumber) : null,
    age_months: typed.ageMonths ? Number(typed.ageMonths) : null,
    appointment_at: typed.isPlanned ? momentOf(typed.date, typed.time) : null,
    label: typed.label.trim() || null,
  };
}

function isCount(text: string, from: number, to: number): boolean {
  if (text === "") return true;
  return /^\d+$/.test(text) && Number(text) >= from && Number(text) <= to;
}
