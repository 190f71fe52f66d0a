import { DisconnectReason, type Room, RoomEvent } from "livekit-client";
import { backoffSeconds, isRefused, type JoinToken, sleep } from "../api";

export type RoomPhase =
  /** Not asked to be in the room. */
  | { name: "idle" }
  | { name: "connecting" }
  | { name: "connected" }
  /** The connection is lost; LiveKit is resuming it. */
  | { name: "reconnecting" }
  /** The connection is gone; a new token is fetched in so many seconds, 0 is now. */
  | { name: "rejoining"; inSeconds: number }
  /** This seat was opened in another tab or window, which took the call over. */
  | { name: "elsewhere" }
  | { name: "ended" }
  | { name: "failed"; error: unknown };

interface Joining {
  room: Room;
  fetchToken: () => Promise<JoinToken>;
  onPhase: (phase: RoomPhase) => void;
  signal: AbortSignal;
}

/** A connection that lasted this long is not part of a row of failures. */
const SETTLED_MS = 10_000;

/** Stays in the room until the signal aborts, the session has ended or the service refuses. */
export async function keepJoined(joining: Joining): Promise<void> {
  const { room, onPhase, signal } = joining;
  const leave = () => void room.disconnect();
  signal.addEventListener("abort", leave, { once: true });
  const say = (phase: RoomPhase) => !signal.aborted && onPhase(phase);
  const followRoom = [
    [RoomEvent.Reconnecting, () => say({ name: "reconnecting" })],
    [RoomEvent.SignalReconnecting, () => say({ name: "reconnecting" })],
    [RoomEvent.Reconnected, () => say({ name: "connected" })],
  ] as const;
  for (const [event, follow] of followRoom) room.on(event, follow);

  say({ name: "connecting" });
  for (let failures = 0; !signal.aborted; failures++) {
    const last = await joinOnce(joining, say);
    if (signal.aborted) break;
    if (last.phase) {
      say(last.phase);
      break;
    }
    if (last.lastedMs > SETTLED_MS) failures = 0;
    await countDown(failures ? backoffSeconds(failures) : 0, say, signal);
  }
  for (const [event, follow] of followRoom) room.off(event, follow);
  signal.removeEventListener("abort", leave);
}

interface Outcome {
  lastedMs: number;
  /** Where the page stays; without it the page joins again. */
  phase?: RoomPhase;
}

async function joinOnce(
  { room, fetchToken, signal }: Joining,
  say: (phase: RoomPhase) => void,
): Promise<Outcome> {
  let connectedAt = 0;
  try {
    const { server_url, participant_token } = await fetchToken();
    if (signal.aborted) return { lastedMs: 0 };
    const disconnected = new Promise<DisconnectReason | undefined>((resolve) =>
      room.once(RoomEvent.Disconnected, resolve),
    );
    await room.connect(server_url, participant_token);
    connectedAt = performance.now();
    say({ name: "connected" });
    const reason = await disconnected;
    const lastedMs = performance.now() - connectedAt;
    if (reason === DisconnectReason.DUPLICATE_IDENTITY) {
      return { lastedMs, phase: { name: "elsewhere" } };
    }
    return { lastedMs };
  } catch (error) {
    if (isRefused(error, 410)) return { lastedMs: 0, phase: { name: "ended" } };
    if (isRefused(error, 401, 403, 404, 422)) {
      return { lastedMs: 0, phase: { name: "failed", error } };
    }
    return { lastedMs: 0 };
  }
}

async function countDown(seconds: number, say: (phase: RoomPhase) => void, signal: AbortSignal) {
  for (let left = seconds; left > 0 && !signal.aborted; left -= 1) {
    say({ name: "rejoining", inSeconds: Math.ceil(left) });
    await sleep(Math.min(1, left), signal);
  }
  say({ name: "rejoining", inSeconds: 0 });
}
