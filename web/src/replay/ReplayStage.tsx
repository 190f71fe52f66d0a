import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { sameShape } from "../analysis/overlay/geometry";
import type { Layers } from "../analysis/overlay/layers";
import overlayStyles from "../analysis/overlay/overlay.module.css";
import { composeScene } from "../analysis/overlay/scene";
import frame from "../analysis/overlay/stage.module.css";
import { OverlaySurface, type Picture, type View } from "../analysis/overlay/surface";
import type { Playback } from "./playback";
import type { Recording } from "./recording";
import styles from "./replay.module.css";

const VIEW: View = { fit: "contain", mirrored: false };
/** On a video, a result belongs to the frame whose time is its own, rounding apart. */
const ON_VIDEO_MS = 12;
/** On an empty stage the last result stands until the next one is due. */
const ON_STAGE_MS = 120;
const EMPTY_STAGE: Picture = { width: 16, height: 9 };

interface ReplayStageProps {
  recording: Recording;
  playback: Playback;
  layers: Layers;
  children: React.ReactNode;
}

/** The video with its landmarks, or the landmarks alone on an empty stage. */
export function ReplayStage({ recording, playback, layers, children }: ReplayStageProps) {
  const { t } = useTranslation("replay");
  const hasVideo = recording.manifest.has_video;
  const video = useRef<HTMLVideoElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [surface, setSurface] = useState<OverlaySurface | null>(null);

  useEffect(() => {
    if (canvas.current === null) return;
    const surface = new OverlaySurface(canvas.current, VIEW);
    setSurface(surface);
    return () => surface.close();
  }, []);

  useEffect(() => {
    const element = video.current;
    if (element === null) return;
    playback.follow(element);
    let callback = 0;
    const onFrame: VideoFrameRequestCallback = (_, { mediaTime }) => {
      callback = element.requestVideoFrameCallback(onFrame);
      playback.onVideoFrame(mediaTime);
    };
    callback = element.requestVideoFrameCallback(onFrame);
    return () => {
      element.cancelVideoFrameCallback(callback);
      playback.follow(undefined);
    };
  }, [playback]);

  useEffect(() => {
    if (surface === null) return;
    const draw = () => {
      const isOnVideo = hasVideo && !playback.isPastVideo;
      const shown = recording.shownAt(playback.positionMs, isOnVideo ? ON_VIDEO_MS : ON_STAGE_MS);
      const element = video.current;
      if (element) element.style.visibility = isOnVideo ? "visible" : "hidden";
      const picture = element
        ? { width: element.videoWidth, height: element.videoHeight }
        : (shown.face ?? EMPTY_STAGE);
      const fits = shown.face === undefined || sameShape(shown.face, picture);
      const layout = recording.registry?.faceLayout;
      surface.draw(fits ? composeScene(shown, layers, layout) : [], picture);
    };
    draw();
    const stops = [playback.subscribe(draw), recording.subscribe(draw)];
    return () => {
      for (const stop of stops) stop();
    };
  }, [surface, recording, playback, layers, hasVideo]);

  return (
    <section className={`${frame.stage} ${styles.stage}`} aria-label={t("stage.label")}>
      {hasVideo ? (
        <video
          ref={video}
          className={frame.video}
          src={recording.videoUrl}
          aria-label={t("stage.video")}
          preload="auto"
          playsInline
        />
      ) : (
        <p className={styles.noVideo}>{t("stage.noVideo")}</p>
      )}
      <canvas ref={canvas} className={overlayStyles.canvas} />
      <div className={frame.foot}>{children}</div>
    </section>
  );
}
