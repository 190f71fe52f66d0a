import { useState } from "react";
import { accountApi } from "../account/api";
import { isProblem, isRefused, type Session, type SessionFacts, sentenceOf } from "../api";
import { factsOf, typedFacts, type WrongFact, wrongFacts } from "./sessionFacts";

type Act<T> = (facts: SessionFacts) => Promise<T>;

function isAboutCode(reason: unknown): reason is Error {
  return isRefused(reason) && reason.problem.startsWith("code-");
}

/** A form of a session's facts: what is typed, what of it is wrong, and sending it. */
export function useSessionFacts(initial: Partial<Session> | undefined, unitId: string | null) {
  const [typed, setTyped] = useState(() => typedFacts(initial));
  const [wrong, setWrong] = useState<WrongFact[]>([]);
  const [codeError, setCodeError] = useState<string | null>(null);
  const [newCode, setNewCode] = useState<string | null>(null);

  /** Undefined: something is wrong, and told beside it. Throws what is not about the fields. */
  const send = async <T>(act: Act<T>, patientCode = typed.patientCode): Promise<T | undefined> => {
    const found = wrongFacts(typed);
    setWrong(found);
    setCodeError(null);
    setNewCode(null);
    if (found.length > 0) return undefined;
    const facts = factsOf({ ...typed, patientCode });
    try {
      return await act(facts);
    } catch (reason) {
      if (isProblem(reason, "unknown-patient")) setNewCode(facts.patient_code ?? null);
      else if (isAboutCode(reason)) setCodeError(sentenceOf(reason));
      else throw reason;
      return undefined;
    }
  };
  /** Makes the patient whose code was typed and is not known, and sends then. */
  const makePatientAndSend = async <T>(act: Act<T>): Promise<T | undefined> => {
    try {
      const { code } = await accountApi.createPatient(unitId, newCode ?? undefined);
      setTyped({ ...typed, patientCode: code });
      return await send(act, code);
    } catch (reason) {
      if (!isAboutCode(reason)) throw reason;
      setNewCode(null);
      setCodeError(sentenceOf(reason));
      return undefined;
    }
  };
  const change = (next: typeof typed) => {
    if (next.patientCode !== typed.patientCode) setNewCode(null);
    setTyped(next);
  };
  return {
    fields: { typed, unitId, onChange: change, wrong, codeError, onCodeError: setCodeError },
    newCode,
    send,
    makePatientAndSend,
  };
}
