import { Toolbar } from "react-aria-components";
import { useTranslation } from "react-i18next";
import type { Api, Connection, Session } from "../api";
import { type Chat, ChatButton } from "../chat";
import { Button } from "../components";
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
          <Button
            onStage
            icon={hasMicrophone ? "mic" : "micOff"}
            onPress={() => media.setMicrophone(!hasMicrophone)}
          >
            {t(hasMicrophone ? "room:microphoneOff" : "room:microphoneOn")}
          </Button>
          <Button
            onStage
            icon={hasCamera ? "camera" : "cameraOff"}
            isDisabled={pause.isUnconfirmed}
            onPress={() => media.setCamera(!hasCamera)}
          >
            {t(hasCamera ? "room:cameraOff" : "room:cameraOn")}
          </Button>
          <ChatButton chat={chat} side="family" onStage />
          <DevicesDialog
            media={media}
            trigger={
              <Button onStage icon="settings">
                {t("room:devices.mine")}
              </Button>
            }
          />
          <ChoicesDialog
            api={seat.api}
            session={seat.session}
            trigger={
              <Button onStage icon="check">
                {t("choices.mine")}
              </Button>
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
