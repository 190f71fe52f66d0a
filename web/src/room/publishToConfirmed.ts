import {
  type ParticipantTrackPermission,
  type RemoteParticipant,
  type Room,
  RoomEvent,
} from "livekit-client";
import type { AGENT_IDENTITY_PREFIX, Attribute } from "../generated/api";

const AGENT: AGENT_IDENTITY_PREFIX = "analysis-";
const CONFIRMED_FOR: Attribute = "confirmed_for";

const BEGINNINGS = [RoomEvent.SignalConnected, RoomEvent.Connected, RoomEvent.Reconnected] as const;
const CHANGES = [
  RoomEvent.ParticipantConnected,
  RoomEvent.ParticipantDisconnected,
  RoomEvent.ParticipantAttributesChanged,
] as const;

/**
 * Lets nobody receive this page's picture and sound whose connection the service has not confirmed.
 * LiveKit renews tokens with what they were granted by then: whoever was signed out or turned away
 * could subscribe with one again, until the service has put it out.
 */
export function publishToConfirmed(room: Room): void {
  let allowed = "";
  const allow = () => {
    const sids = confirmedSids(room);
    if (sids.join() === allowed) return;
    allowed = sids.join();
    room.localParticipant.setTrackSubscriptionPermissions(false, permissions(room, sids));
  };
  const allowAnew = () => {
    allowed = "nobody yet";
    allow();
  };
  for (const event of BEGINNINGS) room.on(event, allowAnew);
  for (const event of CHANGES) room.on(event, allow);
}

export function confirmedSids(room: Pick<Room, "remoteParticipants">): string[] {
  return [...room.remoteParticipants.values()].filter(isConfirmed).map((other) => other.sid);
}

/** Of a participant of exactly its own identity: LiveKit lets anybody join again as identity#more. */
export function isConfirmed({ attributes, sid, identity }: RemoteParticipant): boolean {
  return attributes[CONFIRMED_FOR] === sid && !identity.includes("#");
}

/** The agent is hidden from pages: it is known by its identity, which no page's token can have. */
function permissions(room: Room, sids: readonly string[]): ParticipantTrackPermission[] {
  return [
    { participantIdentity: AGENT + room.name, allowAll: true },
    ...sids.map((participantSid) => ({ participantSid, allowAll: true })),
  ];
}
