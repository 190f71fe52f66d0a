import { useEffect } from "react";

export function canAskToNotify(): boolean {
  return "Notification" in window && Notification.permission === "default";
}

/** By the system, where this tab is hidden and it may. The words may be read over a shoulder: no
 *  name and no session. */
export function notify(words: string): Notification | undefined {
  if (!("Notification" in window) || Notification.permission !== "granted") return undefined;
  if (document.visibilityState === "visible") return undefined;
  try {
    const shown = new Notification("e-PediCare", { body: words, tag: "epedicare-waiting" });
    shown.onclick = () => window.focus();
    return shown;
  } catch {
    return undefined; // Chrome on Android has them for service workers alone
  }
}

/** A hidden tab says so in its title, and by the system, until it is looked at. about: what is new
 *  since the last time; null: nothing. */
export function useCallBack(about: string | null, words: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same in another language is nothing new.
  useEffect(() => {
    if (about === null || document.visibilityState === "visible") return;
    const before = document.title;
    document.title = `${words} – e-PediCare`;
    const notification = notify(words);
    const stop = () => {
      document.removeEventListener("visibilitychange", stop);
      document.title = before;
      notification?.close();
    };
    document.addEventListener("visibilitychange", stop);
    return stop;
  }, [about]);
}
