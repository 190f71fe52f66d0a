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

export function markOf(key: string): MarkName | undefined {
  return /^[1-9]$/.test(key) ? MARKS[Number(key) - 1] : undefined;
}
