/** Calls `then` when the signal aborts, at once when it has; returns how to stop waiting for it. */
export function onAbort(signal: AbortSignal | undefined, then: () => void): () => void {
  if (signal?.aborted) then();
  else signal?.addEventListener("abort", then, { once: true });
  return () => signal?.removeEventListener("abort", then);
}

/** Aborts with another signal or when its time is up. AbortSignal.any and .timeout would do it, but
 *  came to Safari with 17.4 and 16. */
export class Deadline {
  private readonly controller = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly forget: () => void;

  constructor(
    private readonly afterMs: number,
    signal?: AbortSignal,
  ) {
    this.forget = onAbort(signal, () => this.controller.abort());
    this.putOff();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** The whole time again, from now. */
  putOff(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.controller.abort(), this.afterMs);
  }

  /** What it was for has ended: nothing of it stays on the other signal. */
  clear(): void {
    clearTimeout(this.timer);
    this.forget();
  }
}
