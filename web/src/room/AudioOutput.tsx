import type { RemoteAudioTrack } from "livekit-client";
import { useEffect, useRef } from "react";
import type { Loudspeaker } from "./loudspeaker";
import { useLoudspeaker } from "./useLocalMedia";

interface AudioOutputProps {
  track: RemoteAudioTrack | null;
  loudspeaker: Loudspeaker;
}

/** Plays the other side's sound; it has no picture and no controls. */
export function AudioOutput({ track, loudspeaker }: AudioOutputProps) {
  const audio = useRef<HTMLAudioElement>(null);
  const { deviceId } = useLoudspeaker(loudspeaker);
  useEffect(() => {
    const element = audio.current;
    if (!track || !element) return;
    track.attach(element);
    return () => {
      track.detach(element);
    };
  }, [track]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another device is another output.
  useEffect(() => {
    if (audio.current) void loudspeaker.playThrough(audio.current);
  }, [loudspeaker, deviceId]);
  return <audio ref={audio} />;
}
