import { DeviceNotice } from "./DeviceNotice";
import { type LocalMedia, useDevice } from "./useLocalMedia";

interface DeviceNoticesProps {
  media: LocalMedia;
  /** What the person wants from now on. */
  onSet: (device: "camera" | "microphone", on: boolean) => void;
  kind?: "info" | "broken";
  mayGoOnWithout?: boolean;
}

/** What keeps the camera and the microphone from working; told once where both have the same. */
export function DeviceNotices({ media, onSet, kind, mayGoOnWithout = false }: DeviceNoticesProps) {
  const camera = useDevice(media.camera).problem;
  const microphone = useDevice(media.microphone).problem;
  const setBoth = (on: boolean) => {
    onSet("camera", on);
    onSet("microphone", on);
  };
  if (camera !== null && camera === microphone) {
    return (
      <DeviceNotice
        kind={kind}
        device="both"
        problem={camera}
        onRetry={() => setBoth(true)}
        onGoOnWithout={mayGoOnWithout ? () => setBoth(false) : undefined}
      />
    );
  }
  return (["camera", "microphone"] as const).map((device) => (
    <DeviceNotice
      key={device}
      kind={kind}
      device={device}
      problem={device === "camera" ? camera : microphone}
      onRetry={() => onSet(device, true)}
      onGoOnWithout={mayGoOnWithout ? () => onSet(device, false) : undefined}
    />
  ));
}
