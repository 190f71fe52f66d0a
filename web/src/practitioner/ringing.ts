import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { notify } from "../notify/notify";

/** Two soft notes, a third apart. */
const NOTES_HZ = [660, 830];
const NOTE_S = 0.22;
const LOUDNESS = 0.12;
const RINGS_EACH_MS = 6000;
/** Who does not hear it in two minutes is not in the room. */
const RINGS = 20;

/** Browsers let a page sound once somebody has pressed something on it. */
class Bell {
  private context: AudioContext | undefined;

  arm(): void {
    this.context ??= new AudioContext();
    void this.context.resume();
  }

  ring(): void {
    const { context } = this;
    if (context?.state !== "running") return;
    NOTES_HZ.forEach((hz, i) => {
      const startS = context.currentTime + i * NOTE_S;
      const note = context.createOscillator();
      const loudness = context.createGain();
      note.frequency.value = hz;
      loudness.gain.setValueAtTime(0, startS);
      loudness.gain.linearRampToValueAtTime(LOUDNESS, startS + 0.02);
      loudness.gain.exponentialRampToValueAtTime(0.001, startS + 2 * NOTE_S);
      note.connect(loudness).connect(context.destination);
      note.start(startS);
      note.stop(startS + 2 * NOTE_S);
    });
  }
}

const bell = new Bell(); // one for the tab: the press may have been on the page before

/** Rings while a family waits, again and again for two minutes, and tells the system if it may. */
export function useRinging(isWaiting: boolean): void {
  const { t } = useTranslation("practitioner");
  const words = useRef("");
  words.current = t("ring.waiting");

  useEffect(() => {
    const arm = () => bell.arm();
    window.addEventListener("pointerdown", arm);
    window.addEventListener("keydown", arm);
    return () => {
      window.removeEventListener("pointerdown", arm);
      window.removeEventListener("keydown", arm);
    };
  }, []);

  useEffect(() => {
    if (!isWaiting) return;
    let rings = 0;
    const ring = () => {
      bell.ring();
      rings += 1;
      if (rings === RINGS) window.clearInterval(timer);
    };
    const timer = window.setInterval(ring, RINGS_EACH_MS);
    ring();
    const notification = notify(words.current);
    return () => {
      window.clearInterval(timer);
      notification?.close();
    };
  }, [isWaiting]);
}
