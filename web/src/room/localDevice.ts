import {
  createLocalAudioTrack,
  createLocalVideoTrack,
  type LocalAudioTrack,
  type LocalVideoTrack,
  MediaDeviceFailure,
  Room,
  TrackEvent,
} from "livekit-client";
import { CAMERA_CAPTURE } from "./createRoom";

export type DeviceProblem = "denied" | "missing" | "busy" | "insecure" | "other";

export interface DeviceState<T> {
  track: T | null;
  /** What the person wants; `problem` says why it is not so. */
  isOn: boolean;
  isStarting: boolean;
  problem: DeviceProblem | null;
  choices: readonly MediaDeviceInfo[];
  deviceId: string;
}

/** What the person wants is so, or will be in a moment. */
export function isWorking({ isOn, problem }: Pick<DeviceState<unknown>, "isOn" | "problem">) {
  return isOn && problem === null;
}

export function problemOf(error: unknown): DeviceProblem {
  if (!window.isSecureContext) return "insecure";
  switch (MediaDeviceFailure.getFailure(error)) {
    case MediaDeviceFailure.PermissionDenied:
      return "denied";
    case MediaDeviceFailure.NotFound:
      return "missing";
    case MediaDeviceFailure.DeviceInUse:
      return "busy";
    default:
      return "other";
  }
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
  };
  private readonly listeners = new Set<() => void>();
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly kind: "videoinput" | "audioinput",
    private readonly open: (deviceId: string) => Promise<T>,
  ) {}

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

  select(deviceId: string): Promise<void> {
    this.set({ deviceId });
    return this.inTurn(async () => {
      await this.state.track?.setDeviceId({ exact: deviceId });
    });
  }

  refreshChoices = async (): Promise<void> => {
    const choices = await Room.getLocalDevices(this.kind, false);
    const current = await this.state.track?.getDeviceId(false);
    this.set({ choices, deviceId: current ?? this.state.deviceId });
  };

  /** Gives the device back to the system. */
  stop(): Promise<void> {
    this.set({ isOn: false });
    return this.inTurn(async () => this.drop());
  }

  private switchOn = async () => {
    if (this.state.track) {
      await this.state.track.unmute();
    } else {
      this.adopt(await this.open(this.state.deviceId));
    }
    if (this.state.isOn) await this.refreshChoices();
    else await this.switchOff();
  };

  private switchOff = async () => {
    await this.state.track?.mute();
  };

  private adopt(track: T) {
    track.once(TrackEvent.Ended, () => {
      if (this.state.track !== track) return;
      this.drop();
      this.set({ problem: "missing" });
    });
    this.set({ track });
  }

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
        this.set({ problem: problemOf(error) });
      }
      this.set({ isStarting: false });
    });
    return this.queue;
  }

  private set(change: Partial<DeviceState<T>>) {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}

export function createCamera(): LocalDevice<LocalVideoTrack> {
  return new LocalDevice("videoinput", (deviceId) =>
    createLocalVideoTrack({ ...CAMERA_CAPTURE, deviceId: deviceId || undefined }),
  );
}

export function createMicrophone(): LocalDevice<LocalAudioTrack> {
  return new LocalDevice("audioinput", (deviceId) =>
    createLocalAudioTrack({ deviceId: deviceId || undefined }),
  );
}
