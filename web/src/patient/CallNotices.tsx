import { useTranslation } from "react-i18next";
import { sentenceOf } from "../api";
import type { Chat } from "../chat";
import { Button, Notice, Spinner, StatusLine } from "../components";
import {
  type ConsultationRoom,
  DeviceNotices,
  phaseSentence,
  SubstituteNotice,
  useAudioBlocked,
  useDevice,
} from "../room";
import styles from "./call.module.css";
import type { PatientMedia } from "./usePatientMedia";
import type { Pause } from "./usePause";

interface CallNoticesProps {
  consultation: ConsultationRoom;
  media: PatientMedia;
  pause: Pause;
  chat: Chat;
}

/** Everything that is not as it should be, and what the page or the family does about it. */
export function CallNotices({ consultation, media, pause, chat }: CallNoticesProps) {
  const { t } = useTranslation("patient");
  const { room } = consultation;
  const isSoundBlocked = useAudioBlocked(room);
  const camera = useDevice(media.camera);
  return (
    <div className={styles.notices}>
      <ConnectionLine {...consultation} />
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
      {pause.wasRefused && !camera.isOn && <Notice kind="broken">{t("pause.refused")}</Notice>}
      {pause.notResumed !== null && (
        <Notice kind="broken" title={t("pause.notResumed")}>
          {sentenceOf(pause.notResumed)}
        </Notice>
      )}
      {pause.wasConfirmedLate && !camera.isOn && <Notice>{t("pause.late")}</Notice>}
      {chat.unread > 0 && (
        <Notice
          actions={<Button onPress={() => chat.setOpen(true)}>{t("chat:read")}</Button>}
          onDismiss={() => chat.setOpen(false)}
        >
          {t("chat:new")}
        </Notice>
      )}
      <DeviceNotices media={media} onSet={media.set} mayGoOnWithout />
      <SubstituteNotice media={media} />
    </div>
  );
}

function ConnectionLine({ phase, rejoin }: ConsultationRoom) {
  const { t } = useTranslation("patient");
  const sentence = phaseSentence(t, phase);
  const needsPress = phase.name === "elsewhere" || phase.name === "failed";
  return (
    <StatusLine>
      {sentence && (
        <div className={styles.trouble}>
          {!needsPress && <Spinner />}
          <span>{sentence}</span>
          {needsPress && (
            <Button onPress={rejoin}>
              {t(phase.name === "elsewhere" ? "room:rejoinHere" : "common:retry")}
            </Button>
          )}
        </div>
      )}
    </StatusLine>
  );
}
