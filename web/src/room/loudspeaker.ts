import { type Chosen, chosenOfThisBrowser, namedChoices } from "./deviceChoices";

export interface LoudspeakerState {
  choices: readonly MediaDeviceInfo[];
  /** Empty: the system's own. */
  deviceId: string;
  /** The chosen one is gone: the system's own plays. */
  isReplaced: boolean;
}

/** Where the other side is heard. A store for useSyncExternalStore; see useLoudspeaker. */
export class Loudspeaker {
  private state: LoudspeakerState = { choices: [], deviceId: "", isReplaced: false };
  private readonly listeners = new Set<() => void>();
  private readonly chosen: Chosen = chosenOfThisBrowser("audiooutput");

  snapshot = (): LoudspeakerState => this.state;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  select(deviceId: string): void {
    this.chosen.set(deviceId);
    this.set({ deviceId, isReplaced: false });
  }

  refreshChoices = async (): Promise<void> => {
    const choices = canChooseLoudspeaker() ? await namedChoices("audiooutput") : [];
    const wanted = this.chosen.get();
    const isThere = choices.some((choice) => choice.deviceId === wanted);
    this.set({
      choices,
      deviceId: isThere ? wanted : "",
      // No names yet is not gone.
      isReplaced: wanted !== "" && !isThere && choices.length > 0,
    });
  };

  acceptSubstitute(): void {
    this.chosen.set("");
    this.set({ isReplaced: false });
  }

  /** Plays there; where the device refuses, through the system's own. */
  async playThrough(element: HTMLAudioElement): Promise<void> {
    if (!canChooseLoudspeaker()) return;
    try {
      await element.setSinkId(this.state.deviceId);
    } catch {
      if (this.state.deviceId !== "") this.set({ deviceId: "", isReplaced: true });
    }
  }

  private set(change: Partial<LoudspeakerState>) {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}

function canChooseLoudspeaker(): boolean {
  return "setSinkId" in HTMLMediaElement.prototype;
}
