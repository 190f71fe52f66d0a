import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Api, Session } from "../../api";
import { ControlButton, Icon } from "../../components";
import { ConnectionTest } from "../../connectionTest/ConnectionTest";
import {
  DeviceNotices,
  DevicesDialog,
  LevelMeter,
  type LocalMedia,
  useDevice,
  VideoView,
} from "../../room";
import { isCall } from "./callState";
import styles from "./consultation.module.css";

interface DevicesProps {
  api: Api;
  session: Session;
  media: LocalMedia;
}

/** The choice of camera, microphone and loudspeaker; before the call, with a trial of them. */
export function Devices({ api, session, media }: DevicesProps) {
  const { t } = useTranslation("consultation");
  const trigger = <ControlButton icon="settings" name={t("room:devices.mine")} />;
  return (
    <DevicesDialog media={media} trigger={trigger}>
      <Trial media={media} isInCall={isCall(session)} />
      {!isCall(session) && <ConnectionTest ask={() => api.testConnection(session.id)} />}
    </DevicesDialog>
  );
}

/** Before the call the devices are on while one looks at them; in it they are left as they are. */
function Trial({ media, isInCall }: { media: LocalMedia; isInCall: boolean }) {
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
