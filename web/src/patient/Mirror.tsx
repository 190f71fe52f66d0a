import { useTranslation } from "react-i18next";
import { Icon } from "../components";
import { useDevice, VideoView } from "../room";
import styles from "./patient.module.css";
import type { PatientMedia } from "./usePatientMedia";

/** The family's own picture as in a mirror, or why there is none. */
export function Mirror({ media, small = false }: { media: PatientMedia; small?: boolean }) {
  const { t } = useTranslation("patient");
  const { track, isOn, isStarting, problem } = useDevice(media.camera);
  const shows = track && isOn && !problem;
  return (
    <div className={small ? styles.ownPicture : styles.mirror}>
      {shows ? (
        <VideoView track={track} label={t("ownPicture")} mirrored className={styles.mirrorVideo} />
      ) : (
        <p className={styles.noPicture}>
          <Icon name="cameraOff" />
          <span className={small ? "visually-hidden" : undefined}>
            {t(isStarting && isOn ? "cameraStarting" : "cameraIsOff")}
          </span>
        </p>
      )}
    </div>
  );
}
