import { useCallback, useMemo } from "react";
import { type LocalMedia, useLocalMedia } from "../room";
import { useRemembered } from "./remembered";

export interface PatientMedia extends LocalMedia {
  /** Starts what the family has not switched off, also before a reload. */
  start: () => void;
  setCamera: (on: boolean) => void;
  setMicrophone: (on: boolean) => void;
  set: (device: "camera" | "microphone", on: boolean) => void;
}

export function usePatientMedia(): PatientMedia {
  const media = useLocalMedia();
  const [wantsCamera, rememberCamera] = useRemembered("camera", true);
  const [wantsMicrophone, rememberMicrophone] = useRemembered("microphone", true);

  const start = useCallback(() => {
    if (wantsCamera) void media.camera.setOn(true);
    if (wantsMicrophone) void media.microphone.setOn(true);
  }, [media, wantsCamera, wantsMicrophone]);
  const setCamera = useCallback(
    (on: boolean) => {
      rememberCamera(on);
      void media.camera.setOn(on);
    },
    [media, rememberCamera],
  );
  const setMicrophone = useCallback(
    (on: boolean) => {
      rememberMicrophone(on);
      void media.microphone.setOn(on);
    },
    [media, rememberMicrophone],
  );
  const set = useCallback(
    (device: "camera" | "microphone", on: boolean) =>
      device === "camera" ? setCamera(on) : setMicrophone(on),
    [setCamera, setMicrophone],
  );
  return useMemo(
    () => ({ ...media, start, setCamera, setMicrophone, set }),
    [media, start, setCamera, setMicrophone, set],
  );
}
