import { useCallback } from "react";
import { useLocation, useNavigate } from "react-router";
import type { Answers } from "./answers";

export type Question = "live_analysis" | "keeping" | "research_use" | "child_assent";
export type Step = "welcome" | Question | "devices" | "waiting";

const QUESTIONS: readonly string[] = ["live_analysis", "keeping", "research_use", "child_assent"];

export function isQuestion(step: string): step is Question {
  return QUESTIONS.includes(step);
}

/** A "no" to the analysis answers all the other questions, one to the keeping that of research. */
export function stepAfter(asked: Question, answers: Answers): Step {
  switch (asked) {
    case "live_analysis":
      return answers.live_analysis ? "keeping" : "devices";
    case "keeping":
      return answers.keeping ? "research_use" : "child_assent";
    case "research_use":
      return "child_assent";
    case "child_assent":
      return "devices";
  }
}

/** A question that its own answers lead to; the address of another visit in this tab may ask for
 *  one that they do not. */
export function reachable(step: Step, answers: Answers): Step {
  if (!isQuestion(step) || step === "live_analysis") return step;
  if (!answers.live_analysis) return "live_analysis";
  if (step === "keeping") return step;
  if (answers.keeping === undefined) return "keeping";
  if (!answers.keeping) return "child_assent";
  return answers.research_use === undefined ? "research_use" : step;
}

export interface Steps {
  /** null: the page was opened anew, and has not been anywhere yet. */
  step: Step | null;
  goTo: (step: Step) => void;
  goBack: () => void;
}

/** Each step is an entry of the browser's history: its own Back goes one step back, too. */
export function useSteps(): Steps {
  const { pathname, search, state } = useLocation();
  const navigate = useNavigate();
  const step = (state as { step?: Step } | null)?.step ?? null;
  const goTo = useCallback(
    (next: Step) => {
      // The secret of an invitation stays in no entry.
      const address = { pathname, search, hash: "" };
      if (step === null) void navigate(address, { replace: true, state: { step: "welcome" } });
      void navigate(address, { state: { step: next } });
    },
    [pathname, search, step, navigate],
  );
  const goBack = useCallback(() => void navigate(-1), [navigate]);
  return { step, goTo, goBack };
}
