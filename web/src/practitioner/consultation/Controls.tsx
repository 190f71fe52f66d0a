import { useState } from "react";
import { Toolbar } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { type Api, type Session, sentenceOf } from "../../api";
import { type Chat, ChatButton } from "../../chat";
import { ControlButton, Notice, StatusLine } from "../../components";
import { canShareScreen, isWorking, type LocalMedia, useDevice, useScreen } from "../../room";
import { Colleagues } from "../Colleagues";
import { isCall } from "./callState";
import styles from "./consultation.module.css";
import { Devices } from "./Devices";
import { EndDialog } from "./EndDialog";
import { MarkMenu } from "./MarkMenu";
import type { Steering } from "./steering";

interface ControlsProps {
  session: Session;
  api: Api;
  media: LocalMedia;
  steering: Steering;
  hasKeys: boolean;
  chat: Chat;
  onChat: (isOpen: boolean) => void;
  hasNotesOpen: boolean;
  onNotes: (isOpen: boolean) => void;
  isColleagueSharing: boolean;
}

const SAID_FOR_MS = 4000;

/** The row of buttons under the call, at the thumb on a phone. */
export function Controls(props: ControlsProps) {
  const { session, api, media, steering, hasKeys, chat, isColleagueSharing } = props;
  const { onChat, hasNotesOpen, onNotes } = props;
  const { t } = useTranslation("consultation");
  const hasCamera = isWorking(useDevice(media.camera));
  const hasMicrophone = isWorking(useDevice(media.microphone));
  const isSharing = useScreen(media.screen).video !== null;
  const [said, setSaid] = useState("");
  const [error, setError] = useState<unknown>(null);
  const observes = session.i_am === "observer";
  const doorBell =
    session.i_am === "owner" && session.colleagues?.some(({ state }) => state === "waiting");

  const say = (text: string) => {
    setSaid(text);
    window.setTimeout(() => setSaid((now) => (now === text ? "" : now)), SAID_FOR_MS);
  };
  const steer = async (ask: Promise<boolean>, done: string) => {
    say((await ask) ? done : t("steering.unheard"));
  };
  const share = async () => {
    if (isSharing) media.screen.stop();
    else if (!(await media.screen.start())) say(t("screen.notShared"));
  };
  const pause = async () => {
    setError(null);
    await api.setPaused(session.id, true).catch(setError);
  };

  return (
    <>
      {error !== null && (
        <Notice kind="broken" onDismiss={() => setError(null)}>
          {sentenceOf(error)}
        </Notice>
      )}
      <Toolbar aria-label={t("controls.label")} className={styles.buttons}>
        {observes && <span className={styles.observing}>{t("controls.observing")}</span>}
        {!observes && (
          <>
            <ControlButton
              icon={hasMicrophone ? "mic" : "micOff"}
              name={t(hasMicrophone ? "room:microphoneOff" : "room:microphoneOn")}
              short={t("room:microphoneShort")}
              isDisabled={!isCall(session)}
              onPress={() => void media.microphone.setOn(!hasMicrophone)}
            />
            <ControlButton
              icon={hasCamera ? "camera" : "cameraOff"}
              name={t(hasCamera ? "room:cameraOff" : "room:cameraOn")}
              short={t("room:camera")}
              isDisabled={!isCall(session)}
              onPress={() => void media.camera.setOn(!hasCamera)}
            />
            {canShareScreen() && (
              <ControlButton
                icon="screen"
                name={t(isSharing ? "screen.stop" : "screen.share")}
                short={t("screen.short")}
                look={isSharing ? "primary" : "secondary"}
                isDisabled={!isCall(session) || (isColleagueSharing && !isSharing)}
                onPress={() => void share()}
              />
            )}
            <Devices api={api} session={session} media={media} />
            <ControlButton
              icon="pause"
              name={t("controls.pause")}
              short={t("controls.pauseShort")}
              isDisabled={session.patient.analysis !== "granted" || !isCall(session)}
              onPress={() => void pause()}
            />
            <MarkMenu
              isEnabled={isCall(session)}
              hasKeys={hasKeys}
              onMark={(label, pressedMs) =>
                void steer(
                  steering.mark(label, pressedMs),
                  t(session.measurements.being_kept ? "steering.marked" : "steering.markedUnkept", {
                    label,
                  }),
                )
              }
              onBaseline={() => void steer(steering.setBaseline(), t("steering.baseline"))}
            />
          </>
        )}
        <ChatButton chat={chat} side="practice" onOpenChange={onChat} />
        {!observes && (
          <ControlButton
            icon="note"
            name={t("notes:title")}
            aria-expanded={hasNotesOpen}
            onPress={() => onNotes(!hasNotesOpen)}
          />
        )}
        <Colleagues
          session={session}
          api={api}
          trigger={
            <ControlButton
              icon="person"
              name={t(doorBell ? "controls.colleagueWaits" : "controls.colleagues")}
              short={t(doorBell ? "controls.colleagueShort" : "controls.colleagues")}
              look={doorBell ? "primary" : "secondary"}
            />
          }
        />
        <StatusLine className={styles.answer}>{said}</StatusLine>
        {session.i_am === "owner" && (
          <span className={styles.end}>
            <EndDialog session={session} api={api} />
          </span>
        )}
      </Toolbar>
    </>
  );
}
