import { useCallback, useEffect, useState } from "react";
import { canFullScreen, leaveFullScreen, toggleFullScreen } from "../../fullScreen";
import { ofThisBrowser } from "../../storage";

/** What lies around the child's picture, and one's own over its corner; each can be put away. */
export const PANELS = ["now", "events", "charts", "own"] as const;

export type Panel = (typeof PANELS)[number];

export interface CallView {
  panels: ReadonlySet<Panel>;
  setPanels: (panels: ReadonlySet<Panel>) => void;
  hide: (panel: Panel) => void;
  /** Nothing is shown but the child. */
  isAlone: boolean;
  setAlone: (isAlone: boolean) => void;
  /** All measures stand in the place of the chosen ones. */
  isAllOpen: boolean;
  setAllOpen: (isOpen: boolean) => void;
  isBackFromAll: boolean;
  canFullScreen: boolean;
  toggleFullScreen: () => void;
}

const STORED = "epedicare.shownPanels";
/** A laptop's browser window with its bars has no room for charts beside half of it for the child. */
const TOO_LOW_FOR_CHARTS = "(min-width: 1200px) and (max-height: 699px)";

/** How this practitioner looks at the call. Which panels are folded is kept in this browser. */
export function useCallView(): CallView {
  const [panels, setShown] = useState(() => readPanels(ofThisBrowser.get(STORED)) ?? atFirst());
  const [isAlone, setAlone] = useState(false);
  const [isAllOpen, setAllOpen] = useState<boolean>();

  const setPanels = useCallback((chosen: ReadonlySet<Panel>) => {
    ofThisBrowser.set(STORED, JSON.stringify([...chosen]));
    setShown(chosen);
  }, []);
  const hide = (panel: Panel) => setPanels(new Set([...panels].filter((each) => each !== panel)));

  useEffect(() => {
    // The browser's own way out of the full screen brings everything back, too.
    const follow = () => setAlone(document.fullscreenElement !== null);
    document.addEventListener("fullscreenchange", follow);
    return () => document.removeEventListener("fullscreenchange", follow);
  }, []);

  return {
    panels,
    setPanels,
    hide,
    isAlone,
    setAlone: (alone) => {
      setAlone(alone);
      if (!alone) leaveFullScreen();
    },
    isAllOpen: isAllOpen === true,
    setAllOpen,
    isBackFromAll: isAllOpen === false,
    canFullScreen: canFullScreen(),
    toggleFullScreen,
  };
}

function atFirst(): ReadonlySet<Panel> {
  const isLow = window.matchMedia(TOO_LOW_FOR_CHARTS).matches;
  return new Set(PANELS.filter((panel) => panel !== "charts" || !isLow));
}

export function readPanels(stored: string | null): ReadonlySet<Panel> | undefined {
  try {
    const names: unknown = JSON.parse(stored ?? "null");
    return Array.isArray(names)
      ? new Set(PANELS.filter((name) => names.includes(name)))
      : undefined;
  } catch {
    return undefined;
  }
}
