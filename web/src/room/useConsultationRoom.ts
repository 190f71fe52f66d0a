/** The one way into a consultation's LiveKit room, for the patient's and the practitioner's page.
 *
 *      const media = useLocalMedia();                     // camera and microphone, off at first
 *      const { room, phase, rejoin } = useConsultationRoom({
 *        api,                                             // stable: module constant or useMemo
 *        sessionId: session.id,
 *        active: session.state === "live",                // false leaves the room
 *        media,
 *        stampFrames: false,                              // true on the patient's page only
 *      });
 *      useEffect(() => void media.camera.setOn(true), [media]);
 *
 *  - `room` is one livekit-client Room for the life of the component; listen to its events
 *    (RoomEvent.DataReceived, …) in an effect. It stays the same object across rejoins.
 *  - While `active`, the hook fetches a token, joins, and on any disconnection that nobody asked
 *    for fetches a new token and joins again with back-off, until the service says that the session
 *    has ended (410) or refuses the seat. `phase` says what it is doing; phaseSentence() in words.
 *  - Whatever `media` has switched on is published, and again after each rejoin. Switching off and
 *    on mutes and unmutes the same publication.
 *  - `rejoin()` takes the call back after "elsewhere", and tries at once after "failed".
 *    While the call is elsewhere, this page's camera and microphone are off.
 *  - useRemoteSeat(room, { role }) finds the other side; AudioOutput and VideoView play it;
 *    useAudioBlocked(room) tells that the browser waits for a press on "start the sound".
 */
import type {
  LocalAudioTrack,
  LocalTrack,
  LocalVideoTrack,
  Room,
  TrackPublishOptions,
} from "livekit-client";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { type Api, backoffSeconds, sleep } from "../api";
import {
  cameraPublishOptions,
  createRoom,
  SCREEN_PUBLISH,
  SCREEN_SOUND_PUBLISH,
} from "./createRoom";
import { keepJoined, type RoomPhase } from "./keepJoined";
import { type LocalMedia, useDevice, useScreen } from "./useLocalMedia";

const AS_USUAL: TrackPublishOptions = {};

export interface ConsultationRoomOptions {
  api: Api;
  sessionId: string;
  active: boolean;
  media: LocalMedia;
  /** Stamp each published video frame with its own key, so that overlays find their frame. */
  stampFrames: boolean;
}

export interface ConsultationRoom {
  room: Room;
  phase: RoomPhase;
  rejoin: () => void;
}

export function useConsultationRoom(options: ConsultationRoomOptions): ConsultationRoom {
  const { api, sessionId, active, media, stampFrames } = options;
  const [room] = useState(createRoom);
  const [phase, setPhase] = useState<RoomPhase>({ name: "idle" });
  const [tries, setTries] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: tries starts the loop again.
  useEffect(() => {
    if (!active) {
      setPhase({ name: "idle" });
      return;
    }
    const stop = new AbortController();
    void keepJoined({
      room,
      fetchToken: () => api.token(sessionId),
      onPhase: setPhase,
      signal: stop.signal,
    });
    return () => stop.abort();
  }, [room, api, sessionId, active, tries]);

  const isConnected = phase.name === "connected" || phase.name === "reconnecting";
  const camera = useDevice(media.camera).track;
  const microphone = useDevice(media.microphone).track;
  const screen = useScreen(media.screen);
  usePublished(
    room,
    isConnected,
    camera,
    useMemo(() => cameraPublishOptions(stampFrames), [stampFrames]),
  );
  usePublished(room, isConnected, microphone, AS_USUAL);
  usePublished(room, isConnected, screen.video, SCREEN_PUBLISH);
  usePublished(room, isConnected, screen.sound, SCREEN_SOUND_PUBLISH);

  const turnOnAgain = useOffWhile(phase.name === "elsewhere", media);
  const rejoin = useCallback(() => {
    turnOnAgain();
    setTries((count) => count + 1);
  }, [turnOnAgain]);
  return { room, phase, rejoin };
}

/** A page that is out of the call for good films and hears nobody. Returns how to go on. */
function useOffWhile(isOut: boolean, { camera, microphone, screen }: LocalMedia): () => void {
  const turnedOff = useRef<(typeof camera | typeof microphone)[]>([]);
  useEffect(() => {
    if (!isOut) return;
    turnedOff.current = [camera, microphone].filter((device) => device.snapshot().isOn);
    for (const device of turnedOff.current) void device.setOn(false);
    screen.stop();
  }, [isOut, camera, microphone, screen]);
  return useCallback(() => {
    for (const device of turnedOff.current) void device.setOn(true);
    turnedOff.current = [];
  }, []);
}

function usePublished(
  room: Room,
  isConnected: boolean,
  track: LocalVideoTrack | LocalAudioTrack | null,
  options: TrackPublishOptions,
) {
  useEffect(() => {
    if (!isConnected || !track) return;
    const stop = new AbortController();
    const published = publish(room, track, options, stop.signal);
    return () => {
      stop.abort();
      // Refused where the connection is gone, and the publication with it.
      void published.then(() => room.localParticipant.unpublishTrack(track, false)).catch(() => {});
    };
  }, [room, isConnected, track, options]);
}

/** Again and again while the connection lasts: nobody may be unseen or unheard without knowing. */
async function publish(
  room: Room,
  track: LocalTrack,
  options: TrackPublishOptions,
  signal: AbortSignal,
) {
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      await room.localParticipant.publishTrack(track, options);
      return;
    } catch {
      await sleep(backoffSeconds(attempt), signal);
    }
  }
}
