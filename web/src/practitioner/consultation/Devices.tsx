import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button, Icon } from "../../components";
import {
  DeviceNotices,
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
  const { track, isOn } = useDevice(camera);
  return (
    <>
      {track && isOn && (
        <VideoView track={track} label={t("stage.own")} mirrored className={styles.trial} />
      )}
      <div className={styles.trialLevel}>
        <Icon name="mic" />
        <LevelMeter media={media} />
      </div>
      <DeviceNotices media={media} onSet={(device, on) => void media[device].setOn(on)} />
    </>
  );
}
