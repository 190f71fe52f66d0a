import { useTranslation } from "react-i18next";
import type { Api, Connection, Session } from "../api";
import { Button, Notice, Spinner, StatusLine } from "../components";
import { ChoicesDialog } from "./ChoicesDialog";
import { Mirror } from "./Mirror";
import styles from "./patient.module.css";
import { StepPage } from "./StepPage";
import type { PatientMedia } from "./usePatientMedia";

interface WaitingScreenProps {
  api: Api;
  session: Session;
  media: PatientMedia;
  connection: Connection;
}

export function WaitingScreen({ api, session, media, connection }: WaitingScreenProps) {
  const { t } = useTranslation("patient");
  const { analysis, keeping, consent } = session.patient;
  return (
    <StepPage title={t("waiting.title")} step={4}>
      <StatusLine className={styles.inline}>
        <Spinner />
        <span>{t(connection === "lost" ? "waiting.lost" : "waiting.text")}</span>
      </StatusLine>
      <Mirror media={media} />
      <Notice
        title={t("waiting.choices")}
        actions={
          <ChoicesDialog
            api={api}
            session={session}
            trigger={<Button>{t("waiting.change")}</Button>}
          />
        }
      >
        <span>{t(analysis === "none" ? "waiting.noAnalysis" : "waiting.analysis")}</span>{" "}
        {analysis !== "none" && <span>{t(keeping ? "waiting.kept" : "waiting.notKept")}</span>}{" "}
        {keeping && consent.research_use === "agreed" && <span>{t("waiting.research")}</span>}
      </Notice>
      <p className={styles.muted}>{t("waiting.next")}</p>
    </StepPage>
  );
}
