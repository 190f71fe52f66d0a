import { type ByteStreamHandler, type Room, RoomEvent } from "livekit-client";
import { useEffect, useState } from "react";
import { AnalysisStore } from "../../analysis/stream/analysisStore";
import type { Topic } from "../../generated/api";
import type { Steering } from "./steering";

const REGISTRY_TOPIC: Topic = "epedicare.registry";
const REGISTRY_BYTES = 256 * 1024;
const ASK_AGAIN_MS = 3000;
const TOLD_EACH_MS = 500; // numbers change at most twice a second

/** All that the hidden agent says in this room, for as long as the page is open. */
export function useAnalysis(room: Room, steering: Steering): AnalysisStore {
  const [store] = useState(() => new AnalysisStore());

  useEffect(() => {
    const onData = (
      payload: Uint8Array,
      _participant: unknown,
      _kind: unknown,
      topic: string | undefined,
      _encryption: unknown,
      senderIdentity: string | undefined,
    ) => {
      store.receive({ payload, topic, senderIdentity }, performance.now());
    };
    const onRegistry: ByteStreamHandler = async (reader, { identity }) => {
      if (identity !== "") return;
      const payload = await readAtMost(reader, REGISTRY_BYTES);
      if (payload === undefined) return;
      store.receive(
        { payload, topic: REGISTRY_TOPIC, senderIdentity: identity },
        performance.now(),
      );
    };
    room.on(RoomEvent.DataReceived, onData);
    room.registerByteStreamHandler(REGISTRY_TOPIC, onRegistry);
    return () => {
      room.off(RoomEvent.DataReceived, onData);
      room.unregisterByteStreamHandler(REGISTRY_TOPIC);
    };
  }, [room, store]);

  useEffect(() => {
    const timer = window.setInterval(() => store.passTime(performance.now()), TOLD_EACH_MS);
    return () => window.clearInterval(timer);
  }, [store]);

  useEffect(() => {
    const timer = window.setInterval(() => {
      if (store.status !== undefined && store.registry === undefined) void steering.snapshot();
    }, ASK_AGAIN_MS);
    return () => window.clearInterval(timer);
  }, [store, steering]);

  return store;
}

async function readAtMost(
  chunks: AsyncIterable<Uint8Array>,
  longest: number,
): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > longest) return undefined;
    parts.push(chunk);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
