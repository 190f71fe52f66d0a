import { Room } from "livekit-client";
import { ofThisBrowser } from "../storage";

/** The devices that can be chosen by name: browsers tell no names before they are allowed to. */
export async function namedChoices(kind: MediaDeviceKind): Promise<MediaDeviceInfo[]> {
  if (!navigator.mediaDevices) return [];
  const devices = await Room.getLocalDevices(kind, false);
  return devices.filter(({ deviceId }) => deviceId !== "");
}

export interface Chosen {
  /** Empty: the browser's own choice. */
  get: () => string;
  set: (deviceId: string) => void;
}

export function chosenOfThisBrowser(kind: MediaDeviceKind): Chosen {
  const key = `epedicare.device.${kind}`;
  return {
    get: () => ofThisBrowser.get(key) ?? "",
    set: (deviceId) => ofThisBrowser.set(key, deviceId),
  };
}
