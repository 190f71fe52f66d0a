import { useEffect, useState } from "react";

/** An iPhone has none. */
export function canFullScreen(): boolean {
  return document.fullscreenEnabled === true;
}

export function toggleFullScreen(): void {
  // The whole page, so that menus and dialogs have their place. Refused: the window stays.
  if (document.fullscreenElement === null)
    document.documentElement.requestFullscreen().catch(() => {});
  else leaveFullScreen();
}

export function leaveFullScreen(): void {
  if (document.fullscreenElement !== null) document.exitFullscreen().catch(() => {});
}

export function useIsFullScreen(): boolean {
  const [isFull, setFull] = useState(() => document.fullscreenElement !== null);
  useEffect(() => {
    const follow = () => setFull(document.fullscreenElement !== null);
    document.addEventListener("fullscreenchange", follow);
    return () => document.removeEventListener("fullscreenchange", follow);
  }, []);
  return isFull;
}
