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
  /** What they show on a shared screen, and its sound. */
  screen: RemoteVideoTrack | null;
  screenSound: RemoteAudioTrack | null;
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
  const seats = useRemoteSeats(room, role);
  return seats.find(({ participant }) => !identity || participant.identity === identity) ?? null;
}

/** All of that role, in the order of their arrival. */
export function useRemoteSeats(room: Room, role: Wanted["role"]): RemoteSeat[] {
  useRoomVersion(room, EVENTS);
  return [...room.remoteParticipants.values()]
    .filter(({ attributes, identity }) => attributes.role === role && !identity.includes("#"))
    .map(seatOf);
}

function seatOf(participant: RemoteParticipant): RemoteSeat {
  const camera = participant.getTrackPublication(Track.Source.Camera);
  const microphone = participant.getTrackPublication(Track.Source.Microphone);
  const screen = participant.getTrackPublication(Track.Source.ScreenShare);
  const screenSound = participant.getTrackPublication(Track.Source.ScreenShareAudio);
  return {
    participant,
    video: camera?.isMuted ? null : ((camera?.videoTrack as RemoteVideoTrack | undefined) ?? null),
    audio: (microphone?.audioTrack as RemoteAudioTrack | undefined) ?? null,
    screen: (screen?.videoTrack as RemoteVideoTrack | undefined) ?? null,
    screenSound: (screenSound?.audioTrack as RemoteAudioTrack | undefined) ?? null,
    hasCameraOff: !camera || camera.isMuted,
    isMicrophoneOff: !microphone || microphone.isMuted,
    quality: participant.connectionQuality,
  };
}
