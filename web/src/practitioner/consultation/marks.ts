import { useEffect } from "react";

/** Situations that a practitioner notes at once; each has a key of its own, 1 to 6. */
export const MARKS = [
  "nameCalled",
  "toyShown",
  "pointing",
  "parentLeft",
  "imitation",
  "free",
] as const;

export type MarkName = (typeof MARKS)[number];

/** Keys 1 to 6, unless one is typing or a dialog is open. */
export function useMarkKeys(isOn: boolean, onMark: (mark: MarkName) => void): void {
  useEffect(() => {
    if (!isOn) return;
    const onKey = (event: KeyboardEvent) => {
      const mark = markOf(event);
      if (mark === undefined || isTyping(event.target) || isCovered()) return;
      event.preventDefault();
      onMark(mark);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [isOn, onMark]);
}

export function markOf({
  key,
  ctrlKey,
  altKey,
  metaKey,
  repeat,
}: Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey" | "repeat">): MarkName | undefined {
  if (ctrlKey || altKey || metaKey || repeat || !/^[1-9]$/.test(key)) return undefined;
  return MARKS[Number(key) - 1];
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea, select") !== null;
}

function isCovered(): boolean {
  return document.querySelector("[role=dialog], [role=alertdialog], [role=menu]") !== null;
}
