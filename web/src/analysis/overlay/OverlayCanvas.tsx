import { type RefObject, useEffect, useRef, useState } from "react";
import type { AnalysisStore } from "../stream/analysisStore";
import type { Layers } from "./layers";
import { LiveOverlay, type PictureTrack, type SoundTrack } from "./liveOverlay";
import styles from "./overlay.module.css";
import { OverlaySurface, type View } from "./surface";

interface OverlayCanvasProps {
  video: RefObject<HTMLVideoElement | null>;
  picture: PictureTrack | null;
  sound: SoundTrack | null;
  store: AnalysisStore;
  layers: Layers;
  view: View;
}

/** The results over a call's picture; lies exactly over the video element beside it. */
export function OverlayCanvas({ video, picture, sound, store, layers, view }: OverlayCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [overlay, setOverlay] = useState<LiveOverlay | null>(null);
  const { fit, mirrored } = view;

  useEffect(() => {
    if (canvas.current === null || video.current === null || picture === null) return;
    const surface = new OverlaySurface(canvas.current, { fit, mirrored });
    const live = new LiveOverlay(video.current, surface, picture, store);
    setOverlay(live);
    return () => {
      setOverlay(null);
      live.close();
      surface.close();
    };
  }, [video, picture, store, fit, mirrored]);

  useEffect(() => overlay?.show(layers), [overlay, layers]);
  useEffect(() => overlay?.holdBack(sound ?? undefined), [overlay, sound]);

  return <canvas ref={canvas} className={styles.canvas} />;
}
