import type { RemoteAudioTrack } from "livekit-client";
import { useEffect, useRef } from "react";

/** Plays the other side's sound; it has no picture and no controls. */
export function AudioOutput({ track }: { track: RemoteAudioTrack | null }) {
  const audio = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    const element = audio.current;
    if (!track || !element) return;
    track.attach(element);
    return () => {
      track.detach(element);
    };
  }, [track]);
  return <audio ref={audio} />;
}
