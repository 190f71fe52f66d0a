import type { PictureTest } from "../api";
import type { Grey } from "./grey";
import { blurOf, isBlurred, type Light, lightOf, moves } from "./judge";

/** Judged over about two seconds: one gesture before the camera changes nothing. */
const LOOKS = 5;
const SHAKEN_LOOKS = 2;

interface Look {
  atMs: number;
  /** How many pictures the camera had shown by then. */
  shown: number;
  light: Light;
  isBlurred: boolean;
  hasMoved: boolean;
}

/** Looks at pictures now and then, and says how they are to be measured on. */
export class PictureTester {
  private looks: Look[] = [];
  private before: Grey | undefined;

  look(grey: Grey, atMs: number, shown: number): void {
    const hasMoved = this.before !== undefined && moves(grey, this.before);
    const look = {
      atMs,
      shown,
      light: lightOf(grey),
      isBlurred: isBlurred(blurOf(grey)),
      hasMoved,
    };
    this.looks = [...this.looks, look].slice(-LOOKS);
    this.before = grey;
  }

  /** null until there were enough pictures. */
  found(widthPx: number, heightPx: number): PictureTest | null {
    const [first, last] = [this.looks[0], this.looks.at(-1)];
    if (this.looks.length < LOOKS || first === undefined || last === undefined) return null;
    const many = (is: (look: Look) => boolean) => this.looks.filter(is).length;
    const lights: Light[] = ["dark", "bright", "backlit"];
    return {
      light: lights.find((light) => many((look) => look.light === light) > LOOKS / 2) ?? "good",
      sharpness: many((look) => look.isBlurred) > LOOKS / 2 ? "blurred" : "good",
      stillness: many((look) => look.hasMoved) >= SHAKEN_LOOKS ? "moving" : "good",
      frame_hz: Math.round(((last.shown - first.shown) / (last.atMs - first.atMs)) * 1000),
      width_px: widthPx,
      height_px: heightPx,
    };
  }
}

export type PictureProblem =
  | Exclude<Light, "good">
  | "blurred"
  | "moving"
  /** Blinks and nods need more pictures a second. */
  | "slow"
  | "small";

const SLOW_HZ = 15;
const SMALL_PX = 480; // the longer side: eyes of a face at arm's length are measured less well

/** What could be better, the most important first. */
export function problemsOf(found: PictureTest): PictureProblem[] {
  const problems: (PictureProblem | false)[] = [
    found.light !== "good" && found.light,
    found.stillness === "moving" && "moving",
    found.sharpness === "blurred" && "blurred",
    found.frame_hz < SLOW_HZ && "slow",
    Math.max(found.width_px, found.height_px) < SMALL_PX && "small",
  ];
  return problems.filter((problem) => problem !== false);
}
