import type { LocalAudioTrack, LocalVideoTrack } from "livekit-client";
import { useEffect, useState, useSyncExternalStore } from "react";
import { createCamera, createMicrophone, type DeviceState, type LocalDevice } from "./localDevice";

export interface LocalMedia {
  camera: LocalDevice<LocalVideoTrack>;
  microphone: LocalDevice<LocalAudioTrack>;
}

/** The page's camera and microphone, off until `setOn(true)`, given back when the page closes. */
export function useLocalMedia(): LocalMedia {
  const [media] = useState(() => ({ camera: createCamera(), microphone: createMicrophone() }));
  useEffect(() => {
    const refresh = () => {
      void media.camera.refreshChoices();
      void media.microphone.refreshChoices();
    };
    navigator.mediaDevices?.addEventListener("devicechange", refresh);
    return () => {
      navigator.mediaDevices?.removeEventListener("devicechange", refresh);
      void media.camera.stop();
      void media.microphone.stop();
    };
  }, [media]);
  return media;
}

export function useDevice<T extends LocalVideoTrack | LocalAudioTrack>(
  device: LocalDevice<T>,
): DeviceState<T> {
  return useSyncExternalStore(device.subscribe, device.snapshot);
}
