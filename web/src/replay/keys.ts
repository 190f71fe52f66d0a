import { useEffect } from "react";
import type { Event } from "../generated/epedicare/analysis/v1/analysis_pb";
import type { Playback } from "./playback";
import type { Recording } from "./recording";

const SECOND_MS = 1000;
/** An event whose onset is this near counts as the one under the cursor. */
const SAME_EVENT_MS = 30;

/** Space: play; arrows: one frame, with shift one second; brackets: between events. */
export function useReplayKeys(recording: Recording, playback: Playback): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isCommand(event) || isElsewhere(event)) return;
      const act = actionOf(event, recording, playback);
      if (act === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      act();
    };
    window.addEventListener("keydown", onKey, { capture: true });
    return () => window.removeEventListener("keydown", onKey, { capture: true });
  }, [recording, playback]);
}

function actionOf(
  { key, shiftKey }: KeyboardEvent,
  recording: Recording,
  playback: Playback,
): (() => void) | undefined {
  const at = playback.positionMs;
  const step = (direction: -1 | 1) => () => {
    playback.pause();
    playback.seek(shiftKey ? at + direction * SECOND_MS : recording.neighbour(at, direction));
  };
  const toEvent = (direction: -1 | 1) => () => {
    const onset = neighbouringOnset(recording.events, at, direction);
    if (onset !== undefined) playback.seek(onset);
  };
  switch (key) {
    case " ":
      return () => playback.toggle();
    case "ArrowLeft":
      return step(-1);
    case "ArrowRight":
      return step(1);
    case "[":
      return toEvent(-1);
    case "]":
      return toEvent(1);
    default:
      return undefined;
  }
}

export function neighbouringOnset(
  events: readonly Event[],
  tMs: number,
  direction: -1 | 1,
): number | undefined {
  const onsets = events.map(({ onsetMs }) => onsetMs);
  return direction === 1
    ? onsets.find((onset) => onset > tMs + SAME_EVENT_MS)
    : onsets.findLast((onset) => onset < tMs - SAME_EVENT_MS);
}

/** On many keyboards a bracket is typed with AltGr, which reads as Ctrl and Alt. */
function isCommand({ key, ctrlKey, altKey, metaKey }: KeyboardEvent): boolean {
  return metaKey || ((ctrlKey || altKey) && key !== "[" && key !== "]");
}

/** Typing, menus, dialogs, other buttons and a toolbar walked by keyboard keep their own keys. */
function isElsewhere({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest("input:not([type=range]), select, textarea, [role=dialog], [role=listbox]")) {
    return true;
  }
  // Pressed by pointer, a button is no place to walk from: the arrows step through the recording.
  if (target.matches("[role=toolbar] [data-focus-visible]") && key.startsWith("Arrow")) return true;
  return key === " " && target.closest("button, summary, a") !== null;
}
