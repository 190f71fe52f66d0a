import { onAbort } from "./abort";

/** Seconds to wait before try number n (0, 1, 2 …): 0.5, 1, 2, 4, then 8, each ± 20 %. */
export function backoffSeconds(attempt: number, random: () => number = Math.random): number {
  const base = Math.min(8, 0.5 * 2 ** attempt);
  return base * (0.8 + 0.4 * random());
}

export function sleep(seconds: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      forget();
      resolve();
    };
    const timer = setTimeout(wake, seconds * 1000);
    const forget = onAbort(signal, wake);
  });
}
