import { createAudioAnalyser, type LocalAudioTrack } from "livekit-client";
import { useEffect, useState } from "react";

const UPDATE_MS = 100;

/** Loudness of the microphone, 0 to 1, ten times a second. */
export function useMicrophoneLevel(track: LocalAudioTrack | null): number {
  const [level, setLevel] = useState(0);
  useEffect(() => {
    if (!track) return;
    const { calculateVolume, cleanup } = createAudioAnalyser(track, { cloneTrack: true });
    const timer = setInterval(() => setLevel(calculateVolume()), UPDATE_MS);
    return () => {
      clearInterval(timer);
      setLevel(0);
      void cleanup();
    };
  }, [track]);
  return level;
}
