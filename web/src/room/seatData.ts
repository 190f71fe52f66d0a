import { type RemoteParticipant, type Room, RoomEvent } from "livekit-client";
import { LONGEST_CHAT } from "../chat/text";
import type { CHAT_TOPIC as ChatTopic } from "../generated/api";
import { isConfirmed } from "./publishToConfirmed";
import { type Packet, TextAssembly } from "./textAssembly";

export const CHAT_TOPIC: ChatTopic = "epedicare.chat";
const UTF8_BYTES = 4; // of one character, at most

type Listener = (from: RemoteParticipant, text: string | undefined) => void;

const listeners = new WeakMap<Room, Listener>();

/**
 * Of what other seats send this page takes texts of the chat, and drops all the rest before
 * livekit-client looks at it: LiveKit's right to send data has no topics, and livekit-client holds
 * every stream and answers every call. The hidden agent's packets, which LiveKit sends without an
 * identity, go on their way.
 */
export function takeOnlyChat(room: Room): void {
  let guarded: unknown;
  const guard = () => {
    const { engine } = room;
    if (engine === guarded) return;
    guarded = engine;
    const read = engine.listeners("dataPacketReceived");
    if (read.length === 0) throw new Error("livekit-client reads data in another way");
    engine.removeAllListeners("dataPacketReceived");
    engine.on("dataPacketReceived", (packet, encryption) => {
      if (packet.participantIdentity !== "") takeChat(packet);
      else for (const each of read) each(packet, encryption);
    });
  };
  const assemblies = new Map<string, TextAssembly>();
  const takeChat = (packet: Packet) => {
    const from = room.remoteParticipants.get(packet.participantIdentity);
    if (from === undefined || !isConfirmed(from)) return;
    let assembly = assemblies.get(from.sid);
    if (assembly === undefined) {
      assembly = new TextAssembly(CHAT_TOPIC, LONGEST_CHAT * UTF8_BYTES);
      assemblies.set(from.sid, assembly);
    }
    const outcome = assembly.take(packet, performance.now());
    if (outcome.kind === "text") listeners.get(room)?.(from, outcome.text);
    if (outcome.kind === "refused") listeners.get(room)?.(from, undefined);
  };
  // Each connection may have another engine; its data come after its signal.
  room.on(RoomEvent.SignalConnected, guard);
  room.on(RoomEvent.ParticipantDisconnected, ({ sid }) => assemblies.delete(sid));
}

/** Without a text: what was sent is too long, broken, or one too many. Returns how to stop. */
export function onChatText(room: Room, listener: Listener): () => void {
  listeners.set(room, listener);
  return () => void listeners.delete(room);
}
