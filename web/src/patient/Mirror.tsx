import { type RefObject, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../components";
import { FaceOval } from "../pictureTest/FaceOval";
import { useDevice, VideoView } from "../room";
import styles from "./patient.module.css";
import type { PatientMedia } from "./usePatientMedia";

interface MirrorProps {
  media: PatientMedia;
  small?: boolean;
  /** The video, while there is a picture. */
  video?: RefObject<HTMLVideoElement | null>;
  /** Shows how large a face is to be measured well. */
  hasOval?: boolean;
}

/** The family's own picture as in a mirror, or why there is none. */
export function Mirror({ media, small = false, video, hasOval = false }: MirrorProps) {
  const { t } = useTranslation("patient");
  const own = useRef<HTMLVideoElement>(null);
  const picture = video ?? own;
  const { track, isOn, isStarting, problem } = useDevice(media.camera);
  const shows = track && isOn && !problem;
  return (
    <div className={small ? styles.ownPicture : styles.mirror}>
      {shows ? (
        <>
          <VideoView
            ref={picture}
            track={track}
            label={t("ownPicture")}
            mirrored
            className={styles.mirrorVideo}
          />
          {hasOval && <FaceOval video={picture} />}
        </>
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
