import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Api, type ConsentText, type Session, sentenceOf } from "../api";
import { Button, Notice, Spinner, StatusLine } from "../components";
import { type Answers, agreedTo } from "./answers";
import { keptFor } from "./keptFor";
import styles from "./patient.module.css";
import { QuestionPage } from "./QuestionPage";
import { StepPage } from "./StepPage";
import { type Question, type Step, stepAfter } from "./steps";
import { useConsentText } from "./useConsentText";

interface ChoicesStepProps {
  api: Api;
  session: Session;
  asked: Question;
  answers: Answers;
  onAnswers: (answers: Answers) => void;
  onNext: (step: Step) => void;
  onBack: () => void;
}

/** What is analysed, kept and used for research, and what the child says: one question per screen. */
export function ChoicesStep(props: ChoicesStepProps) {
  const { text, error, retry } = useConsentText(props.api);
  if (text) return <AskedQuestion key={props.asked} {...props} words={text} />;
  return <WithoutQuestion error={error} onRetry={retry} onBack={props.onBack} />;
}

function AskedQuestion({ words, ...props }: ChoicesStepProps & { words: ConsentText }) {
  const { api, session, asked, answers, onAnswers, onNext, onBack } = props;
  const { t } = useTranslation("patient");
  const [saving, setSaving] = useState<Answers | null>(null);
  const [error, setError] = useState<unknown>(null);
  const isAsked = useRef(true);
  useEffect(() => {
    isAsked.current = true;
    return () => {
      isAsked.current = false;
    };
  }, []);

  const save = async (final: Answers) => {
    setSaving(final);
    setError(null);
    try {
      const { version: text_version, language } = words;
      const agreed = { ...agreedTo(final), text_version, language, given_by: "guardian" } as const;
      await api.consent(session.id, agreed);
      // Whoever went back meanwhile stays there.
      if (isAsked.current) onNext("devices");
    } catch (reason) {
      setError(reason);
    }
  };
  const answer = (change: Answers) => () => {
    const now = { ...answers, ...change };
    const next = stepAfter(asked, now);
    onAnswers(now);
    if (next === "devices") void save(now);
    else onNext(next);
  };

  if (saving) {
    return (
      <WithoutQuestion
        isSaving
        error={error}
        onRetry={() => void save(saving)}
        onBack={() => setSaving(null)}
      />
    );
  }
  const given = answers[asked];
  if (asked === "child_assent") {
    const words = { yes: true, no: false, cannot: null } as const;
    return (
      <QuestionPage
        title={t("assent.title")}
        text={t("assent.text")}
        forTheChild
        onBack={onBack}
        answers={(["yes", "no", "cannot"] as const).map((word) => ({
          label: t(`assent.${word}`),
          choose: answer({ child_assent: words[word] }),
          isGiven: given === words[word],
        }))}
      />
    );
  }
  const purpose = words.purposes.find(({ id }) => id === asked);
  return (
    <QuestionPage
      title={purpose?.title ?? ""}
      text={`${purpose?.text ?? ""}\n\n${keptFor(session, asked)}`}
      onBack={onBack}
      answers={[true, false].map((yes) => ({
        label: t(yes ? "choices.yes" : "choices.no"),
        choose: answer({ [asked]: yes }),
        isGiven: given === yes,
      }))}
    />
  );
}

interface WithoutQuestionProps {
  error: unknown;
  isSaving?: boolean;
  onRetry: () => void;
  onBack: () => void;
}

function WithoutQuestion({ error, isSaving = false, onRetry, onBack }: WithoutQuestionProps) {
  const { t } = useTranslation("patient");
  const isWaiting = error === null;
  return (
    <StepPage
      title={t("choices.title")}
      step={2}
      onBack={isSaving && isWaiting ? undefined : onBack}
    >
      <StatusLine className={styles.inline}>
        {isWaiting && <Spinner />}
        {isWaiting && isSaving && <span>{t("choices.saving")}</span>}
      </StatusLine>
      {!isWaiting && (
        <Notice kind="broken" actions={<Button onPress={onRetry}>{t("common:retry")}</Button>}>
          {sentenceOf(error)}
        </Notice>
      )}
    </StepPage>
  );
}
