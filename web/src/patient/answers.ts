import { useCallback, useState } from "react";
import type { Consent } from "../api";
import { ofThisTab } from "../storage";

/** What was answered so far; a question that was not reached has no answer. */
export interface Answers {
  live_analysis?: boolean;
  keeping?: boolean;
  research_use?: boolean;
  /** null: the child cannot answer. */
  child_assent?: boolean | null;
}

type AgreedTo = Pick<Consent, "live_analysis" | "keeping" | "research_use" | "child_assent">;

/** What the answers mean together: without the analysis, or against the child's will, nothing. */
export function agreedTo({
  live_analysis = false,
  keeping = false,
  research_use = false,
  child_assent = null,
}: Answers): AgreedTo {
  const isAgreed = live_analysis && child_assent !== false;
  return {
    live_analysis: isAgreed,
    keeping: isAgreed && keeping,
    research_use: isAgreed && keeping && research_use,
    child_assent: live_analysis ? child_assent : null,
  };
}

/** The answers stay through steps back and reloads of this tab. */
export function useAnswers(sessionId: string) {
  const key = `epedicare.patient.answers.${sessionId}`;
  const [answers, setAnswers] = useState<Answers>(() => {
    try {
      return JSON.parse(ofThisTab.get(key) ?? "{}");
    } catch {
      return {};
    }
  });
  const remember = useCallback(
    (next: Answers) => {
      ofThisTab.set(key, JSON.stringify(next));
      setAnswers(next);
    },
    [key],
  );
  return [answers, remember] as const;
}
