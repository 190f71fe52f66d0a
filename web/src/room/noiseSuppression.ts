import type { AudioCaptureOptions } from "livekit-client";
import { useCallback, useState } from "react";
import { ofThisBrowser } from "../storage";
import type { LocalMedia } from "./useLocalMedia";

const OFF = "epedicare.noiseSuppressionOff";

/** Whether the browser takes noise out of the sound, kept in this browser. It takes some of a voice
 *  with it: measures of speech want it off. */
export const suppressesNoise = {
  get: (): boolean => ofThisBrowser.get(OFF) === null,
  set: (isOn: boolean): void => {
    if (isOn) ofThisBrowser.remove(OFF);
    else ofThisBrowser.set(OFF, "1");
  },
};

export function suppressing(isOn: boolean): AudioCaptureOptions {
  return { noiseSuppression: isOn, voiceIsolation: isOn };
}

export function useNoiseSuppression({
  microphone,
}: LocalMedia): readonly [boolean, (isOn: boolean) => void] {
  const [isOn, setOn] = useState(suppressesNoise.get);
  const set = useCallback(
    (on: boolean) => {
      suppressesNoise.set(on);
      setOn(on);
      void microphone.captureWith(suppressing(on));
    },
    [microphone],
  );
  return [isOn, set];
}
