import type { Ref } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../components";
import { type RemoteSeat, VideoView } from "../room";
import styles from "./call.module.css";

interface PractitionerPictureProps {
  seat: RemoteSeat | null;
  isConnected: boolean;
  video: Ref<HTMLVideoElement | null>;
}

/** The placeholder lies beneath the video, which shows nothing before its first frame. */
export function PractitionerPicture({ seat, isConnected, video }: PractitionerPictureProps) {
  const { t } = useTranslation("patient");
  const withSeat = seat?.hasCameraOff ? "call.theirCameraOff" : "call.coming";
  return (
    <>
      <div className={styles.absent} aria-hidden={Boolean(seat?.video)}>
        <Icon name={seat?.hasCameraOff ? "cameraOff" : "person"} size={48} />
        {isConnected && <p>{t(seat ? withSeat : "call.absent")}</p>}
      </div>
      {seat?.video && (
        <VideoView
          ref={video}
          track={seat.video}
          label={t("call.practitioner")}
          className={styles.remote}
        />
      )}
    </>
  );
}
