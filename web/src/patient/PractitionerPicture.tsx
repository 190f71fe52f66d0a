import { useTranslation } from "react-i18next";
import { Icon } from "../components";
import { type RemoteSeat, VideoView } from "../room";
import styles from "./call.module.css";

interface PractitionerPictureProps {
  seat: RemoteSeat | null;
  isConnected: boolean;
}

export function PractitionerPicture({ seat, isConnected }: PractitionerPictureProps) {
  const { t } = useTranslation("patient");
  if (seat?.video) {
    return (
      <VideoView track={seat.video} label={t("call.practitioner")} className={styles.remote} />
    );
  }
  return (
    <div className={styles.absent}>
      <Icon name={seat?.hasCameraOff ? "cameraOff" : "person"} size={48} />
      {isConnected && <p>{t(seat?.hasCameraOff ? "call.theirCameraOff" : "call.absent")}</p>}
    </div>
  );
}
