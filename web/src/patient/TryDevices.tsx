import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button, Dialog } from "../components";
import { PictureAdvice } from "../pictureTest/PictureAdvice";
import { usePictureTest } from "../pictureTest/usePictureTest";
import { DeviceNotices, DeviceSelects, isWorking, LevelMeter, useDevice } from "../room";
import { Mirror } from "./Mirror";
import styles from "./patient.module.css";
import { usePatientMedia } from "./usePatientMedia";

/** Camera, microphone and picture before the day: everything stays on the device, and nobody is told. */
export function TryDevices() {
  const { t } = useTranslation("patient");
  return (
    <Dialog title={t("devices.title")} trigger={<Button>{t("devices.try")}</Button>}>
      <Trial />
    </Dialog>
  );
}

function Trial() {
  const { t } = useTranslation("patient");
  const media = usePatientMedia();
  const video = useRef<HTMLVideoElement>(null);
  const hasCamera = isWorking(useDevice(media.camera));
  const picture = usePictureTest(video, hasCamera);
  const started = useRef(false);
  useEffect(() => {
    if (started.current) return;
    started.current = true;
    media.start();
  }, [media]);
  return (
    <div className={styles.step}>
      <p>{t("devices.text")}</p>
      <Mirror media={media} video={video} hasOval />
      <div className={styles.microphoneRow}>
        <span>{t("room:microphone")}</span>
        <LevelMeter media={media} />
      </div>
      <DeviceNotices media={media} onSet={media.set} />
      {hasCamera && <PictureAdvice found={picture} isTold={false} />}
      <DeviceSelects media={media} />
    </div>
  );
}
