import { useTranslation } from "react-i18next";
import styles from "./devices.module.css";
import { type LocalMedia, useDevice } from "./useLocalMedia";
import { useMicrophoneLevel } from "./useMicrophoneLevel";

/** Speech seldom passes a fifth of full scale: the meter is stretched so that it shows. */
const GAIN = 4;

export function LevelMeter({ media }: { media: LocalMedia }) {
  const { t } = useTranslation("room");
  const { track, isOn } = useDevice(media.microphone);
  const level = Math.min(1, useMicrophoneLevel(isOn ? track : null) * GAIN);
  return <meter className={styles.meter} aria-label={t("level")} value={level} />;
}
