import { type RefObject, useEffect, useState } from "react";

export interface PictureInPicture {
  isOn: boolean;
  /** Firefox has a button of its own on each video. */
  isPossible: boolean;
  toggle: () => void;
}

/** A video in a small window of its own, above everything else on the screen. */
export function usePictureInPicture(video: RefObject<HTMLVideoElement | null>): PictureInPicture {
  const [isOn, setOn] = useState(false);
  useEffect(() => {
    const follow = () => {
      const shown = document.pictureInPictureElement ?? null;
      setOn(shown !== null && shown === video.current);
    };
    const events = ["enterpictureinpicture", "leavepictureinpicture"];
    for (const event of events) document.addEventListener(event, follow);
    return () => {
      for (const event of events) document.removeEventListener(event, follow);
    };
  }, [video]);
  const toggle = () => {
    // Refused, it stays where it is.
    if (isOn) document.exitPictureInPicture().catch(() => {});
    else video.current?.requestPictureInPicture().catch(() => {});
  };
  return { isOn, isPossible: document.pictureInPictureEnabled === true, toggle };
}
