import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Api, type Session, sentenceOf } from "../api";
import { Button, Notice } from "../components";
import { ConnectionTest } from "../connectionTest/ConnectionTest";
import { PictureAdvice } from "../pictureTest/PictureAdvice";
import { usePictureTest } from "../pictureTest/usePictureTest";
import {
  DeviceNotices,
  DeviceSelects,
  isWorking,
  LevelMeter,
  SubstituteNotice,
  useDevice,
} from "../room";
import { Mirror } from "./Mirror";
import styles from "./patient.module.css";
import { StepPage } from "./StepPage";
import type { PatientMedia } from "./usePatientMedia";

interface DevicesStepProps {
  api: Api;
  session: Session;
  media: PatientMedia;
  onReady: () => void;
  onBack?: () => void;
}

export function DevicesStep({ api, session, media, onReady, onBack }: DevicesStepProps) {
  const { t } = useTranslation("patient");
  const camera = useDevice(media.camera);
  const microphone = useDevice(media.microphone);
  const hasCamera = isWorking(camera);
  const hasMicrophone = isWorking(microphone);
  const video = useRef<HTMLVideoElement>(null);
  const isMeasured = session.patient.analysis !== "none";
  const picture = usePictureTest(video, isMeasured && hasCamera);
  const isStarting = camera.isStarting || microphone.isStarting;
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);

  const started = useRef(false);
  useEffect(() => {
    if (started.current) return;
    started.current = true;
    media.start();
  }, [media]);

  const knock = async () => {
    setBusy(true);
    setError(null);
    try {
      await api.knock(session.id, picture);
      onReady();
    } catch (reason) {
      setError(reason);
      setBusy(false);
    }
  };

  return (
    <StepPage title={t("devices.title")} step={3} onBack={onBack}>
      <p>{t("devices.text")}</p>
      <Mirror media={media} video={video} hasOval={isMeasured} />
      {isMeasured && hasCamera && <PictureAdvice found={picture} />}
      <div className={styles.microphoneRow}>
        <span>{t("room:microphone")}</span>
        <LevelMeter media={media} />
      </div>
      <DeviceNotices media={media} onSet={media.set} />
      <SubstituteNotice media={media} />
      <DeviceSelects media={media} />
      <ConnectionTest ask={() => api.testConnection(session.id)} />
      {!isMeasured && <p className={styles.muted}>{t("devices.hint")}</p>}
      {error !== null && <Notice kind="broken">{sentenceOf(error)}</Notice>}
      <Button look="primary" size="large" isBusy={isBusy} isDisabled={isStarting} onPress={knock}>
        {t(isStarting ? "devices.starting" : readiness(hasCamera, hasMicrophone))}
      </Button>
    </StepPage>
  );
}

function readiness(hasCamera: boolean, hasMicrophone: boolean): string {
  if (hasCamera && hasMicrophone) return "devices.ready";
  if (hasMicrophone) return "devices.withoutCamera";
  return hasCamera ? "devices.withoutMicrophone" : "devices.withoutBoth";
}
