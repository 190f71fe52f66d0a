import { LocalAudioTrack, LocalVideoTrack, Track } from "livekit-client";

export interface ScreenState {
  /** null: nothing is shared. */
  video: LocalVideoTrack | null;
  /** Where the browser gives it and the person ticked it. */
  sound: LocalAudioTrack | null;
  isStarting: boolean;
}

/** What TypeScript does not know yet; a browser passes over what it does not know. */
interface DisplayOptions extends DisplayMediaStreamOptions {
  systemAudio: "include";
  selfBrowserSurface: "exclude";
  surfaceSwitching: "include";
}

/** A page of a book is to be read, and what moves on it to be followed. */
const ASKED: DisplayOptions = {
  video: { width: { max: 1920 }, height: { max: 1080 }, frameRate: { max: 15 } },
  audio: {
    echoCancellation: false,
    noiseSuppression: false,
    autoGainControl: false,
    // The family would hear itself.
    restrictOwnAudio: true,
  } as MediaTrackConstraints,
  systemAudio: "include",
  selfBrowserSurface: "exclude",
  surfaceSwitching: "include",
};

/** Phones cannot. */
export function canShareScreen(): boolean {
  return typeof navigator.mediaDevices?.getDisplayMedia === "function";
}

/** A screen, window or tab of this page's person, shared until they or the browser end it. It
 *  outlives a lost connection. A store for useSyncExternalStore; see useScreen. */
export class ScreenShare {
  private state: ScreenState = { video: null, sound: null, isStarting: false };
  private readonly listeners = new Set<() => void>();

  snapshot = (): ScreenState => this.state;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** In answer to a press alone. False: the person or the browser refused. */
  async start(): Promise<boolean> {
    if (this.state.video || this.state.isStarting) return true;
    this.set({ isStarting: true });
    try {
      this.share(await navigator.mediaDevices.getDisplayMedia(ASKED));
      return true;
    } catch {
      return false;
    } finally {
      this.set({ isStarting: false });
    }
  }

  stop = (): void => {
    this.state.video?.stop();
    this.state.sound?.stop();
    this.set({ video: null, sound: null });
  };

  private share(stream: MediaStream) {
    const [picture] = stream.getVideoTracks();
    const [heard] = stream.getAudioTracks();
    if (!picture) return;
    picture.contentHint = "detail";
    // By the browser's own button, or with the window that was shared.
    picture.addEventListener("ended", this.stop);
    const video = new LocalVideoTrack(picture, undefined, true);
    video.source = Track.Source.ScreenShare;
    const sound = heard ? new LocalAudioTrack(heard, undefined, true) : null;
    if (sound) sound.source = Track.Source.ScreenShareAudio;
    this.set({ video, sound });
  }

  private set(change: Partial<ScreenState>) {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}
