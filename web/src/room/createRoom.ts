import {
  LogLevel,
  Room,
  setLogLevel,
  type TrackPublishOptions,
  type VideoCaptureOptions,
} from "livekit-client";
import FrameMetadataWorker from "livekit-client/frame-metadata-worker?worker";
import { publishToConfirmed } from "./publishToConfirmed";
import { takeOnlyChat } from "./seatData";
import { letSoundThrough } from "./soundThrough";

export const CAMERA_CAPTURE: VideoCaptureOptions = {
  facingMode: "user",
  resolution: { width: 640, height: 360, frameRate: 25 },
};

/** One encoded frame per captured frame, each with its own key: simulcast layers would count their
 *  frames apart, and VP9 loses the key in recordings. */
const CAMERA_PUBLISH: TrackPublishOptions = {
  videoCodec: "vp8",
  backupCodec: false,
  simulcast: false,
  // On a weak line sound goes first: livekit-client gives it the priority "high".
  videoEncoding: { maxBitrate: 900_000, maxFramerate: 25, priority: "low" },
  // Then frames, then pixels: blinks and tremor need frames more.
  degradationPreference: "maintain-framerate",
};

export const SCREEN_PUBLISH: TrackPublishOptions = {
  videoCodec: "vp8",
  backupCodec: false,
  simulcast: false,
  screenShareEncoding: { maxBitrate: 2_000_000, maxFramerate: 15, priority: "low" },
  degradationPreference: "maintain-resolution",
};

/** Music and voices as they are: no silence is left out, and both channels are kept. */
export const SCREEN_SOUND_PUBLISH: TrackPublishOptions = {
  dtx: false,
  forceStereo: true,
  audioPreset: { maxBitrate: 96_000 },
};

export function cameraPublishOptions(stampFrames: boolean): TrackPublishOptions {
  if (!stampFrames) return CAMERA_PUBLISH;
  return { ...CAMERA_PUBLISH, frameMetadata: { timestamp: true, frameId: true } };
}

// The lower levels write room and participant identities to the console.
setLogLevel(LogLevel.error);

let worker: Worker | null = null;

export function createRoom(): Room {
  worker ??= lastingWorker();
  const room = new Room({
    frameMetadata: { worker },
    // The devices belong to LocalMedia and outlive a lost connection.
    stopLocalTrackOnUnpublish: false,
  });
  letSoundThrough(room);
  publishToConfirmed(room);
  takeOnlyChat(room);
  return room;
}

/** livekit-client terminates the worker with the connection; ours joins again. */
function lastingWorker(): Worker {
  const lasting = new FrameMetadataWorker();
  lasting.terminate = () => undefined;
  return lasting;
}
