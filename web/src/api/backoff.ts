/** Seconds to wait before try number n (0, 1, 2 …): 0.5, 1, 2, 4, then 8, each ± 20 %. */
export function backoffSeconds(attempt: number, random: () => number = Math.random): number {
  const base = Math.min(8, 0.5 * 2 ** attempt);
  return base * (0.8 + 0.4 * random());
}

export function sleep(seconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal?.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
