export const SPEEDS = [0.25, 0.5, 1, 2, 4] as const;
/** A video shows the frame before the moment asked for, at most so long before it. */
export const ONE_FRAME_MS = 100;

/**
 * Where the cursor is and whether it moves. With a video, the video is the clock; without one, the
 * page's own frames are. Times are the session's, in ms.
 */
export class Playback {
  isPlaying = false;
  speed = 1;

  private video: HTMLVideoElement | undefined;
  private readonly listeners = new Set<() => void>();
  private version = 0;
  private lastStepMs = 0;
  private animation = 0;

  constructor(
    private readonly durationMs: number,
    /** How far the video's own time is ahead of the session's. */
    private readonly videoOffsetMs: number,
    public positionMs: number,
  ) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): number => this.version;

  follow(video: HTMLVideoElement | undefined): void {
    this.video = video;
    if (video === undefined) return;
    video.playbackRate = this.speed;
    this.seek(this.positionMs);
  }

  /** A shorter video has nothing to show here. */
  get isPastVideo(): boolean {
    if (this.video === undefined || Number.isNaN(this.video.duration)) return false;
    return this.positionMs + this.videoOffsetMs >= this.video.duration * 1000;
  }

  /** The video has put a frame of this media time on the screen. */
  onVideoFrame(mediaTimeS: number): void {
    const frameMs = mediaTimeS * 1000 - this.videoOffsetMs;
    const isSought = Math.abs(frameMs - this.positionMs) <= ONE_FRAME_MS;
    if (this.video?.seeking && !isSought) return; // still one of before
    if (this.isPastVideo) return;
    this.positionMs = frameMs;
    this.tell();
  }

  toggle(): void {
    if (this.isPlaying) this.pause();
    else this.play();
  }

  play(): void {
    if (this.positionMs >= this.durationMs) this.seek(0);
    this.isPlaying = true;
    this.lastStepMs = performance.now();
    this.playVideo();
    this.animation = requestAnimationFrame(this.step);
    this.tell();
  }

  private playVideo(): void {
    if (!this.isPastVideo) void this.video?.play().catch(() => this.pause());
  }

  pause(): void {
    this.isPlaying = false;
    this.video?.pause();
    cancelAnimationFrame(this.animation);
    this.tell();
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    if (this.video !== undefined) this.video.playbackRate = speed;
    this.tell();
  }

  seek(tMs: number): void {
    this.positionMs = Math.min(this.durationMs, Math.max(0, tMs));
    if (this.video !== undefined) {
      this.video.currentTime = Math.max(0, this.positionMs + this.videoOffsetMs + 1) / 1000;
      if (this.isPlaying && this.video.paused) this.playVideo();
    }
    this.tell();
  }

  private readonly step = (nowMs: number) => {
    this.animation = requestAnimationFrame(this.step);
    const elapsedMs = (nowMs - this.lastStepMs) * this.speed;
    this.lastStepMs = nowMs;
    if (this.video === undefined || this.video.ended || this.isPastVideo) {
      this.positionMs += elapsedMs;
      this.tell();
    }
    if (this.positionMs >= this.durationMs) {
      this.positionMs = Math.min(this.positionMs, this.durationMs);
      this.pause();
    }
  };

  private tell(): void {
    this.version++;
    for (const listener of this.listeners) listener();
  }
}
