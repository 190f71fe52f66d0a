import { type RefObject, useEffect, useState } from "react";
import type { PictureTest } from "../api";
import { greyOf } from "./grey";
import { PictureTester } from "./pictureTest";

const LOOK_EACH_MS = 400;
const LONGER_SIDE_PX = 640;

/** How the picture that this video shows is to be measured on; null: not known (yet). Looked at in
 *  this page alone: no picture leaves it. */
export function usePictureTest(
  video: RefObject<HTMLVideoElement | null>,
  isWanted: boolean,
): PictureTest | null {
  const [found, setFound] = useState<PictureTest | null>(null);
  useEffect(() => {
    if (!isWanted) return;
    const stop = test(video, setFound);
    return () => {
      stop();
      setFound(null);
    };
  }, [video, isWanted]);
  return found;
}

function test(
  video: RefObject<HTMLVideoElement | null>,
  onFound: (found: PictureTest | null) => void,
): () => void {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  let tester = new PictureTester();
  let [callback, shown, lookedAtMs] = [0, 0, -Infinity];
  let followed: HTMLVideoElement | null = null;

  const onShown: VideoFrameRequestCallback = (nowMs, { presentedFrames }) => {
    if (!followed || !context) return;
    callback = followed.requestVideoFrameCallback(onShown);
    const { videoWidth, videoHeight } = followed;
    // Frames that this page was too busy to be called for count as well.
    if (presentedFrames < shown) tester = new PictureTester();
    shown = presentedFrames;
    if (nowMs - lookedAtMs < LOOK_EACH_MS) return;
    // Nobody looked for a while: what was seen then says nothing now.
    if (nowMs - lookedAtMs > 5 * LOOK_EACH_MS) tester = new PictureTester();
    lookedAtMs = nowMs;
    const scale = LONGER_SIDE_PX / Math.max(videoWidth, videoHeight);
    canvas.width = Math.round(videoWidth * scale);
    canvas.height = Math.round(videoHeight * scale);
    context.drawImage(followed, 0, 0, canvas.width, canvas.height);
    tester.look(greyOf(context.getImageData(0, 0, canvas.width, canvas.height)), nowMs, shown);
    onFound(tester.found(videoWidth, videoHeight));
  };
  const follow = () => {
    if (video.current === followed) return;
    followed?.cancelVideoFrameCallback(callback);
    followed = video.current;
    if (followed) callback = followed.requestVideoFrameCallback(onShown);
    else onFound(null);
  };
  follow();
  const timer = setInterval(follow, LOOK_EACH_MS);
  return () => {
    clearInterval(timer);
    followed?.cancelVideoFrameCallback(callback);
  };
}
