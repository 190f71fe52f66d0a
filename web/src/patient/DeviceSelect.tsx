import type { LocalAudioTrack, LocalVideoTrack } from "livekit-client";
import { useTranslation } from "react-i18next";
import { Select } from "../components";
import { type LocalDevice, useDevice } from "../room";

interface DeviceSelectProps {
  label: string;
  device: LocalDevice<LocalVideoTrack> | LocalDevice<LocalAudioTrack>;
}

/** Shown only where there is a choice. */
export function DeviceSelect({ label, device }: DeviceSelectProps) {
  const { t } = useTranslation("patient");
  const { choices, deviceId } = useDevice(device as LocalDevice<LocalVideoTrack>);
  if (choices.length < 2) return null;
  const options = choices.map((choice, index) => ({
    id: choice.deviceId,
    label: choice.label || t("devices.unnamed", { number: index + 1 }),
  }));
  return (
    <Select
      label={label}
      options={options}
      value={deviceId}
      onChange={(id) => void device.select(id)}
    />
  );
}
