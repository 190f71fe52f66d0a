import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  type Api,
  isProblem,
  isRefused,
  keptOf,
  type Seat,
  type Session,
  sentenceOf,
} from "../api";
import { Button, Dialog, Notice } from "../components";
import { EndResearchUse } from "../consent/EndResearchUse";
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
  if (isProblem(error, "session-cancelled")) return <CancelledScreen />;
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

export function CancelledScreen() {
  const { t } = useTranslation("patient");
  return (
    <StepPage title={t("cancelled.title")}>
      <p className={styles.lead}>{t("cancelled.text")}</p>
      <p>{t("cancelled.nothing")}</p>
      <p className={styles.muted}>{t("over.close")}</p>
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

interface OverScreenProps {
  /** null: the page was opened again after the end. */
  session: Session | null;
  sessionId: string;
  api: Api;
}

/** The service tells a family nothing more of a session that is over: what was erased here is known
 *  here. */
export function OverScreen({ session, sessionId, api }: OverScreenProps) {
  const { t } = useTranslation("patient");
  const [isErased, setErased] = useState(false);
  const kept = isErased ? "nothing" : session ? keptOf(session) : "notKnown";
  const mayBeKept = kept === "kept" || kept === "notKnown";
  const mayBeRead = mayBeKept && (session?.patient.consent.research_use ?? "agreed") === "agreed";
  const state = session?.state === "expired" ? "expired" : "ended";
  return (
    <StepPage title={t(`over.${state}.title`)}>
      <p className={styles.lead}>{t(`over.${state}.text`)}</p>
      <Notice title={t("over.kept.title")}>
        <p>{t(`over.kept.${kept}`)}</p>
        <p>{t("over.kept.always")}</p>
      </Notice>
      {mayBeRead && (
        <EndResearchUse
          label={t("over.research.end")}
          ended={t("over.research.ended")}
          end={() => api.withdrawResearchUse(sessionId)}
        />
      )}
      {mayBeKept && (
        <Erasing erase={() => api.eraseMeasurements(sessionId)} onErased={() => setErased(true)} />
      )}
      <p className={styles.muted}>{t("over.close")}</p>
    </StepPage>
  );
}

function Erasing({ erase, onErased }: { erase: () => Promise<void>; onErased: () => void }) {
  const { t } = useTranslation("patient");
  const [error, setError] = useState<unknown>(null);
  const [isErasing, setErasing] = useState(false);
  const start = async () => {
    setErasing(true);
    setError(null);
    try {
      await erase();
      onErased();
    } catch (reason) {
      setError(reason);
      setErasing(false);
    }
  };
  const trigger = <Button size="large">{t("over.erase.ask")}</Button>;
  return (
    <Dialog title={t("over.erase.title")} trigger={trigger}>
      {(close) => (
        <>
          <p>{t("over.erase.text")}</p>
          {error !== null && <Notice kind="broken">{sentenceOf(error)}</Notice>}
          <div className={styles.eraseOrKeep}>
            <Button size="large" onPress={close}>
              {t("over.erase.keep")}
            </Button>
            <Button look="primary" size="large" isBusy={isErasing} onPress={start}>
              {t("over.erase.do")}
            </Button>
          </div>
        </>
      )}
    </Dialog>
  );
}
