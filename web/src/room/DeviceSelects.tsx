import { useTranslation } from "react-i18next";
import { Button, Dialog, Notice, Select, Switch } from "../components";
import styles from "./devices.module.css";
import { useNoiseSuppression } from "./noiseSuppression";
import { type LocalMedia, useDevice, useLoudspeaker } from "./useLocalMedia";

interface DeviceSelectsProps {
  media: LocalMedia;
  /** Also where there is nothing to choose between. */
  evenOne?: boolean;
}

/** Which camera, microphone and loudspeaker; and what took the place of one that is gone. */
export function DeviceSelects({ media, evenOne = false }: DeviceSelectsProps) {
  const { t } = useTranslation("room");
  const camera = useDevice(media.camera);
  const microphone = useDevice(media.microphone);
  const loudspeaker = useLoudspeaker(media.loudspeaker);
  const fewest = evenOne ? 1 : 2;
  const devices = [
    { name: "camera", ...camera, select: (id: string) => void media.camera.select(id) },
    { name: "microphone", ...microphone, select: (id: string) => void media.microphone.select(id) },
    { name: "loudspeaker", ...loudspeaker, select: (id: string) => media.loudspeaker.select(id) },
  ].filter(({ choices }) => choices.length >= fewest);
  if (devices.length === 0) return evenOne ? <p>{t("devices.none")}</p> : null;
  return (
    <div className={styles.selects}>
      {devices.map(({ name, choices, deviceId, select }) => (
        <Select
          key={name}
          label={t(name)}
          placeholder={t("devices.usual")}
          options={choices.map((choice, index) => ({
            id: choice.deviceId,
            label: choice.label || t("devices.unnamed", { number: index + 1 }),
          }))}
          value={deviceId}
          onChange={select}
        />
      ))}
    </div>
  );
}

/** Says which device is used instead of one that is gone; nothing when none is. */
export function SubstituteNotice({ media }: { media: LocalMedia }) {
  const { t } = useTranslation("room");
  const camera = useDevice(media.camera).substitute;
  const microphone = useDevice(media.microphone).substitute;
  const { isReplaced } = useLoudspeaker(media.loudspeaker);
  if (camera === null && microphone === null && !isReplaced) return null;
  const accept = () => {
    for (const device of [media.camera, media.microphone, media.loudspeaker]) {
      device.acceptSubstitute();
    }
  };
  return (
    <Notice actions={<Button onPress={accept}>{t("devices.understood")}</Button>}>
      {camera !== null && <p>{t("devices.substitute.camera", { name: camera })}</p>}
      {microphone !== null && <p>{t("devices.substitute.microphone", { name: microphone })}</p>}
      {isReplaced && <p>{t("devices.substitute.loudspeaker")}</p>}
    </Notice>
  );
}

interface DevicesDialogProps {
  media: LocalMedia;
  /** The button that opens it. */
  trigger: React.ReactElement;
  /** Stands above the choice. */
  children?: React.ReactNode;
}

/** The same choice behind one button. */
export function DevicesDialog({ media, trigger, children }: DevicesDialogProps) {
  const { t } = useTranslation("room");
  return (
    <Dialog title={t("devices.title")} trigger={trigger}>
      {children}
      <DeviceSelects media={media} evenOne />
      <NoiseSuppression media={media} />
    </Dialog>
  );
}

function NoiseSuppression({ media }: { media: LocalMedia }) {
  const { t } = useTranslation("room");
  const [isOn, setOn] = useNoiseSuppression(media);
  return (
    <div>
      <Switch isSelected={isOn} onChange={setOn}>
        {t("noise.suppress")}
      </Switch>
      <p className="quiet">{t("noise.text")}</p>
    </div>
  );
}
