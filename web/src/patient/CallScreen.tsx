import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Api, type Connection, type Session, sentenceOf } from "../api";
import { Button, LanguageSwitch, Notice, Spinner, StatusLine } from "../components";
import {
  AudioOutput,
  phaseSentence,
  useAudioBlocked,
  useConsultationRoom,
  useDevice,
  useRemoteSeat,
  useWakeLock,
} from "../room";
import { AnalysisBadge } from "./AnalysisBadge";
import { ChoicesDialog } from "./ChoicesDialog";
import styles from "./call.module.css";
import { DeviceNotice } from "./DeviceNotice";
import { Mirror } from "./Mirror";
import { PractitionerPicture } from "./PractitionerPicture";
import type { PatientMedia } from "./usePatientMedia";
import { usePause } from "./usePause";

interface CallScreenProps {
  api: Api;
  session: Session;
  media: PatientMedia;
  connection: Connection;
  onLeave: () => void;
}

export function CallScreen({ api, session, media, connection, onLeave }: CallScreenProps) {
  const { t } = useTranslation("patient");
  const { room, phase, rejoin } = useConsultationRoom({
    api,
    sessionId: session.id,
    active: true,
    media,
    stampFrames: true,
  });
  const practitioner = useRemoteSeat(room, { role: "practitioner" });
  const isSoundBlocked = useAudioBlocked(room);
  const camera = useDevice(media.camera);
  const microphone = useDevice(media.microphone);
  const pause = usePause(api, session, media);
  const [error, setError] = useState<unknown>(null);
  useWakeLock(true);
  useEffect(() => {
    document.title = `${t("call.title")} – e-PediCare`;
  }, [t]);

  const heading = useRef<HTMLHeadingElement>(null);
  const started = useRef(false);
  useEffect(() => {
    heading.current?.focus();
    if (started.current) return;
    started.current = true;
    media.start();
  }, [media]);

  const leave = async () => {
    onLeave();
    await api.leave(session.id).catch(setError);
    await media.camera.stop();
    await media.microphone.stop();
  };

  const trouble = phaseSentence(t, phase);
  const needsPress = phase.name === "elsewhere" || phase.name === "failed";
  const canPause = session.patient.analysis === "granted" && !pause.isUnconfirmed;
  const isPausing = pause.isPausing || pause.isUnconfirmed;
  const pauseLabel = isPausing ? "pause.pausing" : canPause ? "pause.pause" : "pause.resume";
  return (
    <main className={styles.call}>
      <h1 ref={heading} tabIndex={-1} className="visually-hidden">
        {t("call.title")}
      </h1>
      <header className={styles.top}>
        <AnalysisBadge session={session} connection={connection} />
        <LanguageSwitch onStage />
      </header>

      <div className={styles.stage}>
        <PractitionerPicture seat={practitioner} isConnected={phase.name === "connected"} />
        <AudioOutput track={practitioner?.audio ?? null} />
        <Mirror media={media} small />
        <div className={styles.notices}>
          <StatusLine>
            {trouble && (
              <div className={styles.trouble}>
                {!needsPress && <Spinner />}
                {trouble}
                {needsPress && (
                  <Button onPress={rejoin}>
                    {t(phase.name === "elsewhere" ? "room:rejoinHere" : "common:retry")}
                  </Button>
                )}
              </div>
            )}
          </StatusLine>
          {isSoundBlocked && (
            <Notice
              actions={
                <Button look="primary" icon="sound" onPress={() => void room.startAudio()}>
                  {t("room:startSound")}
                </Button>
              }
            >
              {t("room:soundBlocked")}
            </Notice>
          )}
          {pause.isUnconfirmed && <Notice kind="broken">{t("pause.unconfirmed")}</Notice>}
          {pause.wasConfirmedLate && !camera.isOn && <Notice>{t("pause.late")}</Notice>}
          <DeviceNotice
            device="camera"
            problem={camera.problem}
            onRetry={() => media.setCamera(true)}
          />
          <DeviceNotice
            device="microphone"
            problem={microphone.problem}
            onRetry={() => media.setMicrophone(true)}
          />
          {error !== null && <Notice kind="broken">{sentenceOf(error)}</Notice>}
        </div>
      </div>

      <footer className={styles.controls}>
        <div className={styles.small}>
          <Button
            onStage
            icon={microphone.isOn ? "mic" : "micOff"}
            onPress={() => media.setMicrophone(!microphone.isOn)}
          >
            {t(microphone.isOn ? "room:microphoneOff" : "room:microphoneOn")}
          </Button>
          <Button
            onStage
            icon={camera.isOn ? "camera" : "cameraOff"}
            isDisabled={pause.isUnconfirmed}
            onPress={() => media.setCamera(!camera.isOn)}
          >
            {t(camera.isOn ? "room:cameraOff" : "room:cameraOn")}
          </Button>
          <ChoicesDialog api={api} session={session} />
        </div>
        <div className={styles.large}>
          {session.patient.analysis !== "none" && (
            <Button
              onStage
              look="primary"
              size="large"
              icon={canPause || isPausing ? "pause" : "play"}
              isDisabled={isPausing || pause.isResuming || connection === "connecting"}
              onPress={canPause ? pause.pause : pause.resume}
            >
              {t(pauseLabel)}
            </Button>
          )}
          <Button onStage look="primary" size="large" icon="leave" onPress={() => void leave()}>
            {t("call.leave")}
          </Button>
        </div>
      </footer>
    </main>
  );
}
