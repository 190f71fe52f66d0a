import type { Room } from "livekit-client";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AnalysisStore } from "../../analysis/stream/analysisStore";
import { useOfSnapshot } from "../../analysis/stream/useSnapshot";
import { Button, IconButton, Notice, Spinner, StatusLine } from "../../components";
import {
  DeviceNotices,
  type LocalMedia,
  phaseSentence,
  type RoomPhase,
  SubstituteNotice,
  useAudioBlocked,
} from "../../room";
import { type CallState, whyNotKept } from "./callState";
import { failedMeasureNames } from "./failedMeasures";
import { missedMeasures } from "./missed";
import styles from "./notices.module.css";

interface NoticesProps {
  room: Room;
  phase: RoomPhase;
  rejoin: () => void;
  media: LocalMedia;
  state: CallState;
  store: AnalysisStore;
  isServiceLost: boolean;
  isLineWeak: boolean;
  /** There is a picture, and the notices lie over its edge. */
  isOverPicture: boolean;
}

/** States in which there is a picture, and yet something to say about the analysis. */
const SPOKEN: readonly CallState[] = [
  "noConsent",
  "withdrawn",
  "pausing",
  "paused",
  "starting",
  "alone",
  "noCapacity",
  "lost",
  "agentAway",
];

/** One sentence for each thing that is not as usual; nothing while all is well. They take no room
 *  from the picture, and each can be put away but for the call's own trouble. */
export function Notices(props: NoticesProps) {
  const { room, phase, rejoin, media, state, store, isServiceLost, isLineWeak, isOverPicture } =
    props;
  const { t } = useTranslation("consultation");
  const isSoundBlocked = useAudioBlocked(room);
  const trouble = phaseSentence(t, phase);
  const needsPress = phase.name === "elsewhere" || phase.name === "failed";
  const notKept = useOfSnapshot(store, whyNotKept);
  const failed = useOfSnapshot(store, (now) => failedMeasureNames(now).join(", "));
  const sentence = useDismissible(SPOKEN.includes(state) && state);
  const keeping = useDismissible(notKept ?? false);
  const measures = useDismissible(failed);
  const missed = useOfSnapshot(store, (now) => missedMeasures(now)?.names.length ?? 0);
  const line = useDismissible(isLineWeak && missed > 0 && "line");
  return (
    <div className={styles.notices} data-over={isOverPicture || undefined}>
      <div className={styles.sentence}>
        <StatusLine>
          {trouble ? (
            <span className={styles.trouble}>
              {!needsPress && <Spinner />}
              <span>{trouble}</span>
            </span>
          ) : (
            sentence.isShown && <span>{t(`sentences.${state}`)}</span>
          )}
        </StatusLine>
        {!trouble && sentence.isShown && isOverPicture && (
          <span className={styles.dismiss}>
            <IconButton icon="close" label={t("common:dismiss")} onPress={sentence.dismiss} />
          </span>
        )}
        {needsPress && (
          <Button onPress={rejoin}>
            {t(phase.name === "elsewhere" ? "room:rejoinHere" : "common:retry")}
          </Button>
        )}
      </div>
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
      {isServiceLost && <Notice kind="broken">{t("notices.serviceLost")}</Notice>}
      {notKept && keeping.isShown && (
        <Notice kind="broken" onDismiss={keeping.dismiss}>
          {t(`notices.${notKept}`)}
        </Notice>
      )}
      {measures.isShown && (
        <Notice onDismiss={measures.dismiss}>
          {t("notices.failedMeasures", { names: failed })}
        </Notice>
      )}
      {line.isShown && (
        <Notice onDismiss={line.dismiss}>{t("notices.missed", { count: missed })}</Notice>
      )}
      <DeviceNotices
        kind="info"
        media={media}
        onSet={(device, on) => void media[device].setOn(on)}
        mayGoOnWithout
      />
      <SubstituteNotice media={media} />
    </div>
  );
}

/** What was put away stays away until it is about something else, or has been over. */
function useDismissible(about: string | false): { isShown: boolean; dismiss: () => void } {
  const [dismissed, setDismissed] = useState<string | false>(false);
  if (dismissed && dismissed !== about) setDismissed(false);
  return { isShown: Boolean(about) && dismissed !== about, dismiss: () => setDismissed(about) };
}
