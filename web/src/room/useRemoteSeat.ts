import {
  type ConnectionQuality,
  type RemoteAudioTrack,
  type RemoteParticipant,
  type RemoteVideoTrack,
  type Room,
  RoomEvent,
  Track,
} from "livekit-client";
import { useRoomVersion } from "./useRoomVersion";

export interface RemoteSeat {
  participant: RemoteParticipant;
  /** null while not published, not yet received, or muted. */
  video: RemoteVideoTrack | null;
  audio: RemoteAudioTrack | null;
  hasCameraOff: boolean;
  isMicrophoneOff: boolean;
  quality: ConnectionQuality;
}

const EVENTS = [
  RoomEvent.Connected,
  RoomEvent.Disconnected,
  RoomEvent.ParticipantConnected,
  RoomEvent.ParticipantDisconnected,
  RoomEvent.ParticipantAttributesChanged,
  RoomEvent.TrackSubscribed,
  RoomEvent.TrackUnsubscribed,
  RoomEvent.TrackMuted,
  RoomEvent.TrackUnmuted,
  RoomEvent.ConnectionQualityChanged,
] as const;

interface Wanted {
  role: "patient" | "practitioner";
  /** The exact identity, when the service told it. */
  identity?: string | null;
}

/** The other side of the consultation, once it is in the room. Roles are server-set attributes; an
 *  identity with "#" is a second publisher that a client made up, and is never shown. */
export function useRemoteSeat(room: Room, { role, identity }: Wanted): RemoteSeat | null {
  useRoomVersion(room, EVENTS);
  const participant = [...room.remoteParticipants.values()].find(
    (candidate) =>
      candidate.attributes.role === role &&
      !candidate.identity.includes("#") &&
      (!identity || candidate.identity === identity),
  );
  if (!participant) return null;
  const camera = participant.getTrackPublication(Track.Source.Camera);
  const microphone = participant.getTrackPublication(Track.Source.Microphone);
  return {
    participant,
    video: camera?.isMuted ? null : ((camera?.videoTrack as RemoteVideoTrack | undefined) ?? null),
    audio: (microphone?.audioTrack as RemoteAudioTrack | undefined) ?? null,
    hasCameraOff: !camera || camera.isMuted,
    isMicrophoneOff: !microphone || microphone.isMuted,
    quality: participant.connectionQuality,
  };
}
