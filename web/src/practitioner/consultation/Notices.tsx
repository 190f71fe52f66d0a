import type { Room } from "livekit-client";
import { useTranslation } from "react-i18next";
import type { AnalysisStore } from "../../analysis/stream/analysisStore";
import { Button, Notice, Spinner, StatusLine } from "../../components";
import {
  type DeviceProblem,
  type LocalMedia,
  phaseSentence,
  type RoomPhase,
  useAudioBlocked,
  useDevice,
} from "../../room";
import { type CallState, type Heard, isKeepingBroken } from "./callState";
import styles from "./consultation.module.css";
import { failedMeasureNames } from "./failedMeasures";

interface NoticesProps {
  room: Room;
  phase: RoomPhase;
  rejoin: () => void;
  media: LocalMedia;
  state: CallState;
  heard: Heard;
  store: AnalysisStore;
}

/** States in which there is a picture, and yet something to say about the analysis. */
const SPOKEN: readonly CallState[] = [
  "noConsent",
  "paused",
  "starting",
  "noCapacity",
  "lost",
  "agentAway",
];

/** One sentence for each thing that is not as usual; nothing while all is well. */
export function Notices({ room, phase, rejoin, media, state, heard, store }: NoticesProps) {
  const { t } = useTranslation("consultation");
  const isSoundBlocked = useAudioBlocked(room);
  const camera = useDevice(media.camera).problem;
  const microphone = useDevice(media.microphone).problem;
  const trouble = phaseSentence(t, phase);
  const needsPress = phase.name === "elsewhere" || phase.name === "failed";
  const failed = failedMeasureNames(store);
  return (
    <div className={styles.notices}>
      <StatusLine className={styles.sentence}>
        {trouble ? (
          <span className={styles.trouble}>
            {!needsPress && <Spinner />}
            {trouble}
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
      {isKeepingBroken(heard) && <Notice kind="broken">{t("notices.nothingKept")}</Notice>}
      {failed.length > 0 && (
        <Notice>{t("notices.failedMeasures", { names: failed.join(", ") })}</Notice>
      )}
      <DeviceProblemNotice device="camera" problem={camera} />
      <DeviceProblemNotice device="microphone" problem={microphone} />
    </div>
  );
}

function DeviceProblemNotice({
  device,
  problem,
}: {
  device: "camera" | "microphone";
  problem: DeviceProblem | null;
}) {
  const { t } = useTranslation("consultation");
  return problem && <Notice>{t(`room:problems.${device}.${problem}`)}</Notice>;
}
