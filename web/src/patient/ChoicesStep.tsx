import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Api, sentenceOf } from "../api";
import { Button, Notice, Spinner, StatusLine } from "../components";
import styles from "./patient.module.css";
import { Question } from "./Question";
import { StepPage } from "./StepPage";
import { useConsentText } from "./useConsentText";

interface ChoicesStepProps {
  api: Api;
  sessionId: string;
  onBack: () => void;
  onDone: () => void;
}

interface Answers {
  live_analysis: boolean;
  keeping: boolean;
  child_assent: boolean | null;
}

type Asked = "live_analysis" | "keeping" | "child_assent";

/** What is analysed, what is kept, and what the child says: one question per screen. A "no" to the
 *  analysis answers the other two. */
export function ChoicesStep({ api, sessionId, onBack, onDone }: ChoicesStepProps) {
  const { t } = useTranslation("patient");
  const { text, error: textError, retry } = useConsentText(api);
  const [asked, setAsked] = useState<Asked>("live_analysis");
  const [answers, setAnswers] = useState<Answers | null>(null);
  const [isSaving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const save = async (final: Answers) => {
    if (!text) return;
    setAnswers(final);
    setSaving(true);
    setError(null);
    try {
      const { version: text_version, language } = text;
      await api.consent(sessionId, { ...final, text_version, language, given_by: "guardian" });
      onDone();
    } catch (reason) {
      setError(reason);
      setSaving(false);
    }
  };
  const answer = (change: Partial<Answers>, next: Asked | null) => {
    const first = { live_analysis: false, keeping: false, child_assent: null };
    const now = { ...(answers ?? first), ...change };
    setAnswers(now);
    if (next) setAsked(next);
    else void save(now);
  };

  const purpose = text?.purposes.find(({ id }) => id === asked);
  if (!text || isSaving || error || textError) {
    return (
      <StepPage title={t("choices.title")} step={2} onBack={isSaving ? undefined : onBack}>
        <StatusLine className={styles.inline}>
          {!error && !textError && <Spinner />}
          {isSaving && <span>{t("choices.saving")}</span>}
        </StatusLine>
        {(error ?? textError) !== null && (
          <Notice
            kind="broken"
            actions={
              <Button onPress={() => (answers && error ? void save(answers) : retry())}>
                {t("common:retry")}
              </Button>
            }
          >
            {sentenceOf(error ?? textError)}
          </Notice>
        )}
      </StepPage>
    );
  }
  if (asked === "child_assent") {
    return (
      <Question
        title={t("assent.title")}
        text={t("assent.text")}
        onBack={() => setAsked("keeping")}
        answers={[
          { label: t("assent.yes"), choose: () => answer({ child_assent: true }, null) },
          {
            label: t("assent.no"),
            choose: () =>
              answer({ child_assent: false, live_analysis: false, keeping: false }, null),
          },
          { label: t("assent.cannot"), choose: () => answer({ child_assent: null }, null) },
        ]}
      />
    );
  }
  if (asked === "keeping") {
    return (
      <Question
        title={purpose?.title ?? ""}
        text={purpose?.text ?? ""}
        onBack={() => setAsked("live_analysis")}
        answers={[
          { label: t("choices.yes"), choose: () => answer({ keeping: true }, "child_assent") },
          { label: t("choices.no"), choose: () => answer({ keeping: false }, "child_assent") },
        ]}
      />
    );
  }
  return (
    <Question
      title={purpose?.title ?? ""}
      text={purpose?.text ?? ""}
      onBack={onBack}
      answers={[
        { label: t("choices.yes"), choose: () => answer({ live_analysis: true }, "keeping") },
        {
          label: t("choices.no"),
          choose: () => answer({ live_analysis: false, keeping: false, child_assent: null }, null),
        },
      ]}
    />
  );
}
