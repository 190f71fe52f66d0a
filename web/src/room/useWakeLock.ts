import { useEffect } from "react";

/** Keeps a phone's screen on during the call, where the browser can. */
export function useWakeLock(active: boolean): void {
  useEffect(() => {
    if (!active || !("wakeLock" in navigator)) return;
    let lock: Promise<WakeLockSentinel> | null = null;
    const acquire = () => {
      if (document.visibilityState !== "visible") return;
      lock = navigator.wakeLock.request("screen");
      // Refused on a low battery: the call goes on without.
      lock.catch(() => {});
    };
    acquire();
    document.addEventListener("visibilitychange", acquire);
    return () => {
      document.removeEventListener("visibilitychange", acquire);
      lock?.then((held) => held.release()).catch(() => {});
    };
  }, [active]);
}
