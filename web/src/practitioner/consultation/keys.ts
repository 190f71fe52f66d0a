import { useEffect, useRef, useState } from "react";
import { ofThisBrowser } from "../../storage";

/** The letters of the call's page; each is a single key without Ctrl, Alt or Meta. */
export const VIEW_KEYS = { alone: "c", fullScreen: "f", help: "?" } as const;

const KEYS_OFF = "epedicare.keysOff";

/** Whether single keys do anything, kept in this browser: who speaks to the computer turns them off. */
export function useKeysOn(): readonly [boolean, (isOn: boolean) => void] {
  const [isOn, setOn] = useState(() => ofThisBrowser.get(KEYS_OFF) === null);
  const set = (on: boolean) => {
    if (on) ofThisBrowser.remove(KEYS_OFF);
    else ofThisBrowser.set(KEYS_OFF, "1");
    setOn(on);
  };
  return [isOn, set];
}

/** Calls back with each single key, unless one is typing or a dialog is open. */
export function useSingleKeys(isOn: boolean, onKey: (key: string) => boolean): void {
  const latest = useRef(onKey);
  latest.current = onKey;
  useEffect(() => {
    if (!isOn) return;
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
      if (isTyping(event.target) || isCovered()) return;
      if (latest.current(event.key.toLowerCase())) event.preventDefault();
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [isOn]);
}

/** Escape works always, and never against an open dialog or menu. */
export function useEscape(isOn: boolean, onEscape: () => void): void {
  const latest = useRef(onEscape);
  latest.current = onEscape;
  useEffect(() => {
    if (!isOn) return;
    const listen = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !isCovered()) latest.current();
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [isOn]);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea, select") !== null;
}

function isCovered(): boolean {
  return document.querySelector("[role=dialog], [role=alertdialog], [role=menu]") !== null;
}
