import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Api, Connection, PictureTest, Session } from "../api";
import { Button, Notice, Spinner, StatusLine } from "../components";
import type { WaitingWordView } from "../generated/api";
import { timeOfDay } from "../moments";
import { NotifyOffer } from "../notify/NotifyOffer";
import { PictureAdvice } from "../pictureTest/PictureAdvice";
import { problemsOf } from "../pictureTest/pictureTest";
import { usePictureTest } from "../pictureTest/usePictureTest";
import { isWorking, useDevice } from "../room";
import { waitingWords } from "../waitingWords";
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
  const { analysis, keeping, consent, waiting_word: word } = session.patient;
  const video = useRef<HTMLVideoElement>(null);
  const hasCamera = isWorking(useDevice(media.camera));
  const picture = usePictureTest(video, analysis !== "none" && hasCamera);
  useTold(api, session, picture);
  return (
    <StepPage title={t("waiting.title")} step={4}>
      <StatusLine className={styles.inline}>
        <Spinner />
        <span>{t(connection === "lost" ? "waiting.lost" : "waiting.text")}</span>
      </StatusLine>
      <StatusLine>{word && <Word word={word} />}</StatusLine>
      <Mirror media={media} video={video} hasOval={analysis !== "none"} />
      {analysis !== "none" && hasCamera && <PictureAdvice found={picture} />}
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
      <NotifyOffer>{t("waiting.offer")}</NotifyOffer>
    </StepPage>
  );
}

function Word({ word }: { word: WaitingWordView }) {
  const { t } = useTranslation("patient");
  return (
    <Notice title={t("waiting.word")}>
      <p dir="auto" className={styles.word}>
        {waitingWords(t, word)}
      </p>
      <p className={styles.muted}>{t("waiting.saidAt", { time: timeOfDay(word.said_at) })}</p>
    </Notice>
  );
}

const TELL_AFTER_MS = 3000;

/** The practitioner is told when the picture has become better or worse, and nothing more of it when
 *  the family no longer agrees to the analysis. */
function useTold(api: Api, { id, patient }: Session, picture: PictureTest | null) {
  const latest = useRef(picture);
  latest.current = picture;
  const isMeasured = patient.analysis !== "none";
  const about = isMeasured ? picture && problemsOf(picture).join() : "nothing";
  const told = useRef(isMeasured ? null : about);
  useEffect(() => {
    if (about === null || about === told.current) return;
    const timer = setTimeout(() => {
      told.current = about;
      // Told with the next change, where it does not arrive.
      api.knock(id, about === "nothing" ? null : latest.current).catch(() => {});
    }, TELL_AFTER_MS);
    return () => clearTimeout(timer);
  }, [api, id, about]);
}
