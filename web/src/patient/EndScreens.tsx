import { useTranslation } from "react-i18next";
import { isRefused, keptOf, type Seat, type Session, sentenceOf } from "../api";
import { Button, Notice } from "../components";
import { ShortCodeForm } from "../landing/ShortCodeForm";
import styles from "./patient.module.css";
import { StepPage } from "./StepPage";

interface InvitationProblemProps {
  /** Why the invitation does not work; null when there was none. */
  error: unknown;
  onSeat: (seat: Seat) => void;
}

export function InvitationProblem({ error, onSeat }: InvitationProblemProps) {
  const { t } = useTranslation("patient");
  const mayRetry = error !== null && !isRefused(error);
  return (
    <StepPage title={t(error === null ? "invitation.none" : "invitation.problem")}>
      {error === null ? (
        <p>{t("invitation.open")}</p>
      ) : (
        <Notice
          kind="broken"
          actions={
            mayRetry && <Button onPress={() => location.reload()}>{t("common:retry")}</Button>
          }
        >
          {sentenceOf(error)}
        </Notice>
      )}
      {!mayRetry && (
        <>
          <p>{t("invitation.code")}</p>
          <ShortCodeForm onSeat={onSeat} />
        </>
      )}
    </StepPage>
  );
}

export function DeniedScreen({ onGiveUp }: { onGiveUp: () => void }) {
  const { t } = useTranslation("patient");
  return (
    <StepPage title={t("denied.title")}>
      <p>{t("denied.text")}</p>
      <Button size="large" onPress={onGiveUp}>
        {t("denied.other")}
      </Button>
    </StepPage>
  );
}

export function LeftScreen({ onReturn }: { onReturn: () => void }) {
  const { t } = useTranslation("patient");
  return (
    <StepPage title={t("left.title")}>
      <p>{t("left.text")}</p>
      <Button look="primary" size="large" onPress={onReturn}>
        {t("left.return")}
      </Button>
    </StepPage>
  );
}

/** Without a session: the page was opened again after the end. */
export function OverScreen({ session }: { session: Session | null }) {
  const { t } = useTranslation("patient");
  const state = session?.state === "expired" ? "expired" : "ended";
  return (
    <StepPage title={t(`over.${state}.title`)}>
      <p className={styles.lead}>{t(`over.${state}.text`)}</p>
      <Notice title={t("over.kept.title")}>
        <p>{t(`over.kept.${session ? keptOf(session) : "notKnown"}`)}</p>
        <p>{t("over.kept.always")}</p>
      </Notice>
      <p className={styles.muted}>{t("over.close")}</p>
    </StepPage>
  );
}
