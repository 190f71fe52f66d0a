import { type RemoteParticipant, type Room, RoomEvent } from "livekit-client";
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import type { Role } from "../generated/api";
import { CHAT_TOPIC, isConfirmed, onChatText, useRoomVersion } from "../room";
import { type ChatState, ChatStore } from "./chatStore";

export interface Readers {
  patient: boolean;
  /** Other professionals, those who only observe included. */
  professionals: number;
}

export interface Chat extends ChatState {
  setOpen: (isOpen: boolean) => void;
  /** Who would read what is sent now. */
  readers: Readers;
  /** This seat may write, and somebody is there to read it. */
  canSend: boolean;
  /** False: nobody got it. */
  send: (text: string) => Promise<boolean>;
}

const EVENTS = [
  RoomEvent.Connected,
  RoomEvent.Disconnected,
  RoomEvent.Reconnecting,
  RoomEvent.Reconnected,
  RoomEvent.ParticipantConnected,
  RoomEvent.ParticipantDisconnected,
  RoomEvent.ParticipantAttributesChanged,
  RoomEvent.ParticipantPermissionsChanged,
] as const;

const ROLE = "role";
const PATIENT = "patient" satisfies Role;
const PRACTITIONER = "practitioner" satisfies Role;

export function useChat(room: Room): Chat {
  const [store] = useState(() => new ChatStore());
  const state = useSyncExternalStore(store.subscribe, store.snapshot);
  useRoomVersion(room, EVENTS);
  useEffect(
    () =>
      onChatText(room, ({ attributes: { [ROLE]: role } }, text) => {
        if (role !== PATIENT && role !== PRACTITIONER) return;
        if (text === undefined) store.refused();
        else store.received(role, text, new Date());
      }),
    [room, store],
  );
  const send = useCallback(
    async (text: string) => {
      const to = readersOf(room);
      // LiveKit takes an empty list for everyone.
      if (to.length === 0 || !mayWrite(room)) return false;
      const options = {
        topic: CHAT_TOPIC,
        destinationIdentities: to.map(({ identity }) => identity),
        compress: false,
      };
      try {
        await room.localParticipant.sendText(text, options);
      } catch {
        return false;
      }
      store.wrote(text, new Date());
      return true;
    },
    [room, store],
  );
  const readers = readersOf(room);
  const patients = readers.filter(({ attributes }) => attributes[ROLE] === PATIENT);
  return {
    ...state,
    setOpen: store.setOpen,
    readers: { patient: patients.length > 0, professionals: readers.length - patients.length },
    canSend: readers.length > 0 && mayWrite(room),
    send,
  };
}

/** Connections that the service has confirmed, and no other. */
function readersOf(room: Room): RemoteParticipant[] {
  if (room.state !== "connected") return [];
  return [...room.remoteParticipants.values()].filter(isConfirmed);
}

/** The service grants it after the join; what is sent before goes nowhere, unsaid. */
function mayWrite(room: Room): boolean {
  return room.localParticipant.permissions?.canPublishData === true;
}
