import type { AnalysedFrame, KeyText } from "./frames";

/** The newest frames' results, found by their key. */
export class FrameRing {
  private readonly byKey = new Map<KeyText, AnalysedFrame>();
  private newest: AnalysedFrame | undefined;

  /** LiveKit remembers the metadata of 300 frames; a result is of no use for longer. */
  constructor(private readonly capacity = 512) {}

  push(frame: AnalysedFrame): void {
    this.newest = frame;
    if (frame.key === undefined) return;
    this.byKey.set(frame.key, frame);
    if (this.byKey.size > this.capacity) {
      const [oldest] = this.byKey.keys();
      this.byKey.delete(oldest as KeyText);
    }
  }

  at(key: KeyText): AnalysedFrame | undefined {
    return this.byKey.get(key);
  }

  latest(): AnalysedFrame | undefined {
    return this.newest;
  }

  clear(): void {
    this.byKey.clear();
    this.newest = undefined;
  }
}
