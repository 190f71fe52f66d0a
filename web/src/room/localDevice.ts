import {
  type AudioCaptureOptions,
  createLocalAudioTrack,
  createLocalVideoTrack,
  type LocalAudioTrack,
  type LocalVideoTrack,
  MediaDeviceFailure,
  TrackEvent,
  type VideoCaptureOptions,
} from "livekit-client";
import { CAMERA_CAPTURE } from "./createRoom";
import { type Chosen, chosenOfThisBrowser, namedChoices } from "./deviceChoices";
import { suppressesNoise, suppressing } from "./noiseSuppression";

export type DeviceProblem =
  | "denied"
  /** Allowed by the person, and forbidden by the computer or the phone. */
  | "deniedBySystem"
  | "missing"
  | "busy"
  | "insecure"
  | "other";

export interface DeviceState<T> {
  track: T | null;
  /** What the person wants; `problem` says why it is not so. */
  isOn: boolean;
  isStarting: boolean;
  problem: DeviceProblem | null;
  choices: readonly MediaDeviceInfo[];
  /** In use; or, while none is, the one to open. */
  deviceId: string;
  /** The name of what is used because the chosen one is not there; null when nothing was replaced. */
  substitute: string | null;
}

/** What a camera and a microphone are asked for alike; nothing here is processed. */
type Capture = Omit<VideoCaptureOptions & AudioCaptureOptions, "processor">;

const MICROPHONE_CAPTURE: Capture = { autoGainControl: true, echoCancellation: true };

/** What the person wants is so, or will be in a moment. */
export function isWorking({ isOn, problem }: Pick<DeviceState<unknown>, "isOn" | "problem">) {
  return isOn && problem === null;
}

export function problemOf(error: unknown): DeviceProblem {
  if (!window.isSecureContext) return "insecure";
  // Firefox's word for a device that another application has.
  if (error instanceof DOMException && error.name === "AbortError") return "busy";
  switch (MediaDeviceFailure.getFailure(error)) {
    case MediaDeviceFailure.PermissionDenied:
      return isBySystem(error) ? "deniedBySystem" : "denied";
    case MediaDeviceFailure.NotFound:
      return "missing";
    case MediaDeviceFailure.DeviceInUse:
      return "busy";
    default:
      return "other";
  }
}

/** Chromium alone tells the two refusals apart, and in its message alone. */
function isBySystem(error: unknown): boolean {
  return error instanceof DOMException && error.message.includes("by system");
}

/** The camera or the microphone of this page: one track, switched on and off by the person.
 *  Off really stops the camera. A store for useSyncExternalStore; see useDevice. */
export class LocalDevice<T extends LocalVideoTrack | LocalAudioTrack> {
  private state: DeviceState<T> = {
    track: null,
    isOn: false,
    isStarting: false,
    problem: null,
    choices: [],
    deviceId: "",
    substitute: null,
  };
  private readonly listeners = new Set<() => void>();
  private queue: Promise<void> = Promise.resolve();

  private readonly chosen: Chosen;

  constructor(
    private readonly kind: "videoinput" | "audioinput",
    private capture: Capture,
    /** With a device: that one, or another where it is not there. */
    private readonly open: (options: Capture) => Promise<T>,
  ) {
    this.chosen = chosenOfThisBrowser(kind);
    this.state.deviceId = this.chosen.get();
  }

  snapshot = (): DeviceState<T> => this.state;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Also the way to try again after a problem, or to go on without the device. */
  setOn(on: boolean): Promise<void> {
    this.set({ isOn: on });
    return this.inTurn(on ? this.switchOn : this.switchOff);
  }

  /** Remembered for the next visit. While the device is off, it is what opens next. */
  select(deviceId: string): Promise<void> {
    this.chosen.set(deviceId);
    this.set({ deviceId, substitute: null });
    return this.inTurn(async () => {
      if (this.state.track) await this.state.track.setDeviceId({ exact: deviceId });
      else if (this.state.isOn) await this.switchOn();
    });
  }

  /** Asked for otherwise from now on: what captures already begins anew, with the same device. */
  captureWith(change: Capture): Promise<void> {
    this.capture = { ...this.capture, ...change };
    return this.inTurn(async () => {
      const { track } = this.state;
      if (!track) return;
      const deviceId = await track.getDeviceId(false);
      await track.restartTrack({ ...this.capture, deviceId: deviceId && { exact: deviceId } });
    });
  }

  /** What was plugged in or out: a device that had been missing is used as soon as it is there. */
  refreshChoices = async (): Promise<void> => {
    await this.lookAround();
    const { isOn, problem, choices } = this.state;
    if (isOn && problem === "missing" && choices.length > 0) await this.setOn(true);
  };

  /** It was read that another device is in use. */
  acceptSubstitute(): void {
    this.set({ substitute: null });
  }

  /** Gives the device back to the system. */
  stop(): Promise<void> {
    this.set({ isOn: false });
    return this.inTurn(async () => this.drop());
  }

  private switchOn = async () => {
    if (this.state.track) {
      await this.state.track.unmute();
    } else {
      const deviceId = this.state.deviceId || undefined;
      this.adopt(await this.open({ ...this.capture, deviceId }));
      await this.tellSubstitute();
    }
    if (!this.state.isOn) await this.switchOff();
  };

  private switchOff = async () => {
    await this.state.track?.mute();
  };

  private async tellSubstitute() {
    const { track } = this.state;
    const [wanted, used] = [this.chosen.get(), await track?.getDeviceId(false)];
    if (!track || !wanted || !used || wanted === used) return;
    this.set({ substitute: track.mediaStreamTrack.label });
  }

  private adopt(track: T) {
    track.on(TrackEvent.Ended, () => void this.replace(track));
    this.set({ track });
  }

  /** It was unplugged, or the system took it away. livekit-client restarts a published track as
   *  well: both restart this one, so that no second capture is left running. */
  private replace(ended: T): Promise<void> {
    return this.inTurn(async () => {
      if (this.state.track !== ended) return;
      if (!this.state.isOn) return this.drop();
      // A copy: livekit-client writes the device into what it is given.
      await ended.restartTrack({ ...this.capture });
      this.set({ substitute: ended.mediaStreamTrack.label });
    });
  }

  private lookAround = async () => {
    const choices = await namedChoices(this.kind);
    const current = await this.state.track?.getDeviceId(false);
    this.set({ choices, deviceId: current ?? this.state.deviceId });
  };

  private drop() {
    this.state.track?.stop();
    this.set({ track: null });
  }

  private inTurn(step: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(async () => {
      this.set({ isStarting: true, problem: null });
      try {
        await step();
      } catch (error) {
        // A track that could not be restarted captures nothing: the next try opens another.
        this.drop();
        this.set({ problem: problemOf(error) });
      }
      this.set({ isStarting: false });
      // Also after a failure: another device may be free.
      await this.lookAround();
    });
    return this.queue;
  }

  private set(change: Partial<DeviceState<T>>) {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}

export function createCamera(): LocalDevice<LocalVideoTrack> {
  return new LocalDevice("videoinput", CAMERA_CAPTURE, createLocalVideoTrack);
}

export function createMicrophone(): LocalDevice<LocalAudioTrack> {
  const capture = { ...MICROPHONE_CAPTURE, ...suppressing(suppressesNoise.get()) };
  return new LocalDevice("audioinput", capture, createLocalAudioTrack);
}
