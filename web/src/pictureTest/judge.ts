import { around, type Grey, middleOf } from "./grey";

/** Mean grey level of the middle below which eyelids and lips are measured less well: the agent's own
 *  bound is 60 on the face, which is lighter than what is around it. */
const DARK = 50;
/** The middle is hidden in its own shadow: so many levels darker than what is around it. */
const SHADOW = 70;
const IN_SHADOW = 110;
const BURNT_OUT = 250;
const BURNT_OUT_SHARE = 0.2;
/** Crété et al. (2007). 18 pictures of faces, animals and rooms lie between 0.26 and 0.56 as they are,
 *  those enlarged from 360 x 288 highest, and between 0.67 and 0.83 with a Gaussian blur of 2 pixels. */
const BLURRED = 0.65;
/** As the agent has it: so many levels are more than noise. */
const CHANGED = 15;
/** A face close by reaches beyond the middle, and alone changes up to 0.21 of what is around it. */
const MOVING_SHARE = 0.25;

export type Light = "good" | "dark" | "bright" | "backlit";

export function lightOf(grey: Grey): Light {
  const { levels } = middleOf(grey);
  let [sum, burntOut] = [0, 0];
  for (const level of levels) {
    sum += level;
    if (level >= BURNT_OUT) burntOut++;
  }
  const middle = sum / levels.length;
  let [outside, count] = [0, 0];
  for (const i of around(grey)) {
    outside += grey.levels[i] as number;
    count++;
  }
  if (middle < IN_SHADOW && outside / count - middle > SHADOW) return "backlit";
  if (middle < DARK) return "dark";
  return burntOut / levels.length > BURNT_OUT_SHARE ? "bright" : "good";
}

/** 0 sharp to 1 blurred, without anything to compare with: a sharp picture loses much of its edges
 *  when it is blurred once more, a blurred one hardly any. Noise passes for sharpness. */
export function blurOf(grey: Grey): number {
  const { width, height, levels } = middleOf(grey);
  return Math.max(
    blurAlong(levels, height, width, width, 1),
    blurAlong(levels, width, height, 1, width),
  );
}

export function isBlurred(blur: number): boolean {
  return blur > BLURRED;
}

const REACH = 4; // a mean of nine

function blurAlong(
  levels: Float32Array,
  lines: number,
  length: number,
  lineStep: number,
  step: number,
): number {
  let [edges, lost] = [0, 0];
  for (let line = 0; line < lines; line++) {
    const at = (i: number) => levels[line * lineStep + i * step] as number;
    let sum = 0;
    for (let i = 0; i <= 2 * REACH; i++) sum += at(i);
    for (let i = REACH + 1; i + REACH < length; i++) {
      const before = sum;
      sum += at(i + REACH) - at(i - REACH - 1);
      const edge = Math.abs(at(i) - at(i - 1));
      const left = Math.abs(sum - before) / (2 * REACH + 1);
      edges += edge;
      lost += Math.max(0, edge - left);
    }
  }
  return edges === 0 ? 1 : (edges - lost) / edges;
}

/** Whether what is around the middle is not what it was a moment ago: the camera itself moves. */
export function moves(grey: Grey, before: Grey): boolean {
  if (grey.width !== before.width || grey.height !== before.height) return false;
  let [changed, count] = [0, 0];
  for (const i of around(grey)) {
    if (Math.abs((grey.levels[i] as number) - (before.levels[i] as number)) > CHANGED) changed++;
    count++;
  }
  return changed / count > MOVING_SHARE;
}
