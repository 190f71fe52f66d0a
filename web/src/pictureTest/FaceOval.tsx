import { type RefObject, useEffect, useState } from "react";
import styles from "./pictureTest.module.css";

/** A face of these pixels has its outer eye corners 60 apart or more, as eyelids and lips need. */
const HALF_WIDTH_PX = 50;
const HALF_HEIGHT_PX = 68;

/** How large the child's face should be at least, drawn over the picture of this video. */
export function FaceOval({ video }: { video: RefObject<HTMLVideoElement | null> }) {
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    const follow = () => {
      const { videoWidth: width, videoHeight: height } = element;
      setSize(width > 0 ? { width, height } : null);
    };
    follow();
    // Also when the phone is turned.
    element.addEventListener("resize", follow);
    return () => element.removeEventListener("resize", follow);
  }, [video]);
  if (!size) return null;
  const { width, height } = size;
  return (
    <svg
      className={styles.oval}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
    >
      <ellipse cx={width / 2} cy={height * 0.45} rx={HALF_WIDTH_PX} ry={HALF_HEIGHT_PX} />
    </svg>
  );
}
