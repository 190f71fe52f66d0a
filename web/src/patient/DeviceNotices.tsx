import { DeviceNotice, useDevice } from "../room";
import type { PatientMedia } from "./usePatientMedia";

interface DeviceNoticesProps {
  media: PatientMedia;
  mayGoOnWithout?: boolean;
}

/** What keeps the camera and the microphone from working; told once where both have the same. */
export function DeviceNotices({ media, mayGoOnWithout = false }: DeviceNoticesProps) {
  const camera = useDevice(media.camera).problem;
  const microphone = useDevice(media.microphone).problem;
  const set = { camera: media.setCamera, microphone: media.setMicrophone };
  const setBoth = (on: boolean) => {
    media.setCamera(on);
    media.setMicrophone(on);
  };
  if (camera !== null && camera === microphone) {
    return (
      <DeviceNotice
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
      device={device}
      problem={device === "camera" ? camera : microphone}
      onRetry={() => set[device](true)}
      onGoOnWithout={mayGoOnWithout ? () => set[device](false) : undefined}
    />
  ));
}
