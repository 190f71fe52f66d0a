import type { Room } from "livekit-client";
import { useTranslation } from "react-i18next";
import type { AnalysisStore } from "../../analysis/stream/analysisStore";
import { useOfSnapshot } from "../../analysis/stream/useSnapshot";
import { Button, Notice, Spinner, StatusLine } from "../../components";
import {
  DeviceNotice,
  type LocalMedia,
  phaseSentence,
  type RoomPhase,
  useAudioBlocked,
  useDevice,
} from "../../room";
import { type CallState, isKeepingBroken } from "./callState";
import styles from "./consultation.module.css";
import { failedMeasureNames } from "./failedMeasures";

interface NoticesProps {
  room: Room;
  phase: RoomPhase;
  rejoin: () => void;
  media: LocalMedia;
  state: CallState;
  store: AnalysisStore;
}

/** States in which there is a picture, and yet something to say about the analysis. */
const SPOKEN: readonly CallState[] = [
  "noConsent",
  "withdrawn",
  "paused",
  "starting",
  "noCapacity",
  "lost",
  "agentAway",
];

/** One sentence for each thing that is not as usual; nothing while all is well. */
export function Notices({ room, phase, rejoin, media, state, store }: NoticesProps) {
  const { t } = useTranslation("consultation");
  const isSoundBlocked = useAudioBlocked(room);
  const problems = {
    camera: useDevice(media.camera).problem,
    microphone: useDevice(media.microphone).problem,
  };
  const trouble = phaseSentence(t, phase);
  const needsPress = phase.name === "elsewhere" || phase.name === "failed";
  const isKept = !useOfSnapshot(store, isKeepingBroken);
  const failed = useOfSnapshot(store, (now) => failedMeasureNames(now).join(", "));
  return (
    <div className={styles.notices}>
      <StatusLine className={styles.sentence}>
        {trouble ? (
          <span className={styles.trouble}>
            {!needsPress && <Spinner />}
            <span>{trouble}</span>
          </span>
        ) : (
          SPOKEN.includes(state) && t(`sentences.${state}`)
        )}
      </StatusLine>
      {needsPress && (
        <Button onPress={rejoin}>
          {t(phase.name === "elsewhere" ? "room:rejoinHere" : "common:retry")}
        </Button>
      )}
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
      {!isKept && <Notice kind="broken">{t("notices.nothingKept")}</Notice>}
      {failed && <Notice>{t("notices.failedMeasures", { names: failed })}</Notice>}
      {(["camera", "microphone"] as const).map((device) => (
        <DeviceNotice
          key={device}
          kind="info"
          device={device}
          problem={problems[device]}
          onRetry={() => void media[device].setOn(true)}
          onGoOnWithout={() => void media[device].setOn(false)}
        />
      ))}
    </div>
  );
}
