import { type Room, RoomEvent } from "livekit-client";
import { useRoomVersion } from "./useRoomVersion";

const EVENTS = [RoomEvent.AudioPlaybackStatusChanged, RoomEvent.TrackSubscribed] as const;

/** True when the browser plays no sound before the person presses something; call
 *  room.startAudio() from that press. */
export function useAudioBlocked(room: Room): boolean {
  useRoomVersion(room, EVENTS);
  return !room.canPlaybackAudio;
}
