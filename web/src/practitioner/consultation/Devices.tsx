import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components";
import {
  DeviceNotice,
  DevicesDialog,
  LevelMeter,
  type LocalMedia,
  useDevice,
  VideoView,
} from "../../room";
import styles from "./consultation.module.css";

interface DevicesProps {
  media: LocalMedia;
  isInCall: boolean;
}

/** The choice of camera, microphone and loudspeaker; before the call, with a trial of them. */
export function Devices({ media, isInCall }: DevicesProps) {
  const { t } = useTranslation("consultation");
  const trigger = (
    <Button icon="settings">
      <span className={styles.buttonText}>{t("room:devices.mine")}</span>
    </Button>
  );
  return (
    <DevicesDialog media={media} trigger={trigger}>
      <Trial media={media} isInCall={isInCall} />
    </DevicesDialog>
  );
}

/** Before the call the devices are on while one looks at them; in it they are left as they are. */
function Trial({ media, isInCall }: DevicesProps) {
  const { t } = useTranslation("consultation");
  const { camera, microphone } = media;
  const isCallNow = useRef(isInCall);
  isCallNow.current = isInCall;
  useEffect(() => {
    if (isCallNow.current) return;
    for (const device of [camera, microphone]) void device.setOn(true);
    return () => {
      if (isCallNow.current) return;
      for (const device of [camera, microphone]) void device.stop();
    };
  }, [camera, microphone]);
  const { track, isOn, problem } = useDevice(camera);
  return (
    <>
      {track && isOn && (
        <VideoView track={track} label={t("stage.own")} mirrored className={styles.trial} />
      )}
      <LevelMeter media={media} />
      <DeviceNotice device="camera" problem={problem} onRetry={() => void camera.setOn(true)} />
      <DeviceNotice
        device="microphone"
        problem={useDevice(microphone).problem}
        onRetry={() => void microphone.setOn(true)}
      />
    </>
  );
}
