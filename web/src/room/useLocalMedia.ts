import type { LocalAudioTrack, LocalVideoTrack } from "livekit-client";
import { useEffect, useState, useSyncExternalStore } from "react";
import { createCamera, createMicrophone, type DeviceState, type LocalDevice } from "./localDevice";
import { Loudspeaker, type LoudspeakerState } from "./loudspeaker";
import { ScreenShare, type ScreenState } from "./screenShare";

export interface LocalMedia {
  camera: LocalDevice<LocalVideoTrack>;
  microphone: LocalDevice<LocalAudioTrack>;
  loudspeaker: Loudspeaker;
  screen: ScreenShare;
}

/** The page's camera and microphone, off until `setOn(true)`, given back when the page closes, and
 *  its loudspeaker and its screen, which nobody sees before they share it. */
export function useLocalMedia(): LocalMedia {
  const [media] = useState(() => ({
    camera: createCamera(),
    microphone: createMicrophone(),
    loudspeaker: new Loudspeaker(),
    screen: new ScreenShare(),
  }));
  useEffect(() => {
    const { camera, microphone, loudspeaker, screen } = media;
    const refresh = () => {
      for (const device of [camera, microphone, loudspeaker]) void device.refreshChoices();
    };
    // Names are told once one of the two is allowed.
    const stopListening = [camera, microphone].map((device) => {
      let known = device.snapshot().choices;
      return device.subscribe(() => {
        const { choices } = device.snapshot();
        if (choices === known) return;
        known = choices;
        void loudspeaker.refreshChoices();
      });
    });
    refresh();
    navigator.mediaDevices?.addEventListener("devicechange", refresh);
    return () => {
      navigator.mediaDevices?.removeEventListener("devicechange", refresh);
      for (const stop of stopListening) stop();
      void camera.stop();
      void microphone.stop();
      screen.stop();
    };
  }, [media]);
  return media;
}

export function useDevice<T extends LocalVideoTrack | LocalAudioTrack>(
  device: LocalDevice<T>,
): DeviceState<T> {
  return useSyncExternalStore(device.subscribe, device.snapshot);
}

export function useScreen(screen: ScreenShare): ScreenState {
  return useSyncExternalStore(screen.subscribe, screen.snapshot);
}

export function useLoudspeaker(loudspeaker: Loudspeaker): LoudspeakerState {
  return useSyncExternalStore(loudspeaker.subscribe, loudspeaker.snapshot);
}
