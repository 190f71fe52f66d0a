import { Toolbar } from "react-aria-components";
import { useTranslation } from "react-i18next";
import type { Api, Connection, Session } from "../api";
import { type Chat, ChatButton } from "../chat";
import { Button, ControlButton } from "../components";
import { DevicesDialog, isWorking, useDevice } from "../room";
import { ChoicesDialog } from "./ChoicesDialog";
import styles from "./call.module.css";
import { LeaveDialog } from "./LeaveDialog";
import type { PatientMedia } from "./usePatientMedia";
import type { Pause } from "./usePause";

interface CallControlsProps {
  api: Api;
  session: Session;
  connection: Connection;
  media: PatientMedia;
  pause: Pause;
  chat: Chat;
  onLeave: () => void;
}

export function CallControls({ media, pause, chat, onLeave, ...seat }: CallControlsProps) {
  const { t } = useTranslation("patient");
  const hasCamera = isWorking(useDevice(media.camera));
  const hasMicrophone = isWorking(useDevice(media.microphone));
  return (
    <footer className={styles.bottom}>
      <Toolbar className={styles.controls} aria-label={t("call.controls")}>
        <div className={styles.small}>
          <ControlButton
            onStage
            icon={hasMicrophone ? "mic" : "micOff"}
            name={t(hasMicrophone ? "room:microphoneOff" : "room:microphoneOn")}
            short={t("room:microphoneShort")}
            onPress={() => media.setMicrophone(!hasMicrophone)}
          />
          <ControlButton
            onStage
            icon={hasCamera ? "camera" : "cameraOff"}
            name={t(hasCamera ? "room:cameraOff" : "room:cameraOn")}
            short={t("room:camera")}
            isDisabled={pause.isUnconfirmed}
            onPress={() => media.setCamera(!hasCamera)}
          />
          <ChatButton chat={chat} side="family" onStage />
          <DevicesDialog
            media={media}
            trigger={<ControlButton onStage icon="settings" name={t("room:devices.mine")} />}
          />
          <ChoicesDialog
            api={seat.api}
            session={seat.session}
            trigger={
              <ControlButton
                onStage
                icon="check"
                name={t("choices.mine")}
                short={t("choices.short")}
              />
            }
          />
        </div>
        <div className={styles.large}>
          {seat.session.patient.analysis !== "none" && <PauseButton pause={pause} {...seat} />}
          <LeaveDialog onLeave={onLeave} />
        </div>
      </Toolbar>
    </footer>
  );
}

type PauseButtonProps = Pick<CallControlsProps, "session" | "connection" | "pause">;

function PauseButton({ session, connection, pause }: PauseButtonProps) {
  const { t } = useTranslation("patient");
  const isPausing = pause.isPausing || pause.isUnconfirmed;
  const isPaused = session.patient.analysis === "paused" && !isPausing;
  const label = isPausing ? "pause.pausing" : isPaused ? "pause.resume" : "pause.pause";
  return (
    <Button
      onStage
      look="primary"
      size="large"
      icon={isPaused ? "play" : "pause"}
      isDisabled={isPausing || pause.isResuming || connection === "connecting"}
      onPress={isPaused ? pause.resume : pause.pause}
    >
      {t(label)}
    </Button>
  );
}
