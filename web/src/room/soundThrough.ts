import { type RemoteTrack, type Room, RoomEvent, Track } from "livekit-client";
import SoundWorker from "./soundThrough.worker?worker";

type Receiver = RTCRtpReceiver & {
  createEncodedStreams?: () => { readable: ReadableStream; writable: WritableStream };
};

const joined = new WeakSet<RTCRtpReceiver>();
let worker: Worker | null = null;

/**
 * Where frame metadata needs encoded streams (Chromium), the browser holds back every received
 * track until somebody moves its encoded frames on. livekit-client 2.23 does so for video only:
 * without this nobody hears anybody.
 */
export function letSoundThrough(room: Room): void {
  room.on(RoomEvent.TrackSubscribed, (track: RemoteTrack) => {
    if (track.kind !== Track.Kind.Audio) return;
    const receiver = track.receiver as Receiver | undefined;
    if (!receiver?.createEncodedStreams || joined.has(receiver)) return;
    joined.add(receiver);
    const { readable, writable } = receiver.createEncodedStreams();
    worker ??= new SoundWorker();
    worker.postMessage({ readable, writable }, [readable, writable]);
  });
}
