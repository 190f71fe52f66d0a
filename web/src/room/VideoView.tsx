import type { LocalVideoTrack, RemoteVideoTrack } from "livekit-client";
import { type Ref, useEffect, useImperativeHandle, useRef } from "react";

interface VideoViewProps {
  track: LocalVideoTrack | RemoteVideoTrack | null;
  label: string;
  /** For the person's own picture only, as in a mirror. */
  mirrored?: boolean;
  className?: string;
  ref?: Ref<HTMLVideoElement | null>;
}

export function VideoView({ track, label, mirrored = false, className, ref }: VideoViewProps) {
  const video = useRef<HTMLVideoElement>(null);
  useImperativeHandle(ref, () => video.current as HTMLVideoElement, []);
  useEffect(() => {
    const element = video.current;
    if (!track || !element) return;
    track.attach(element);
    return () => {
      track.detach(element);
    };
  }, [track]);
  return (
    <video
      ref={video}
      className={className}
      aria-label={label}
      style={mirrored ? { transform: "scaleX(-1)" } : undefined}
      autoPlay
      playsInline
      muted
    />
  );
}
