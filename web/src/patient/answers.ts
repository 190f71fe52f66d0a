import { useCallback, useState } from "react";
import type { Consent } from "../api";
import { ofThisTab } from "../storage";

/** What was answered so far; a question that was not reached has no answer. */
export interface Answers {
  live_analysis?: boolean;
  keeping?: boolean;
  /** null: the child cannot answer. */
  child_assent?: boolean | null;
}

/** What the answers mean together: without the analysis, or against the child's will, nothing. */
export function agreedTo({
  live_analysis = false,
  keeping = false,
  child_assent = null,
}: Answers): Pick<Consent, "live_analysis" | "keeping" | "child_assent"> {
  if (!live_analysis) return { live_analysis: false, keeping: false, child_assent: null };
  const isAgreed = child_assent !== false;
  return { live_analysis: isAgreed, keeping: isAgreed && keeping, child_assent };
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
