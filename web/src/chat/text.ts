import type { LONGEST_CHAT as LongestChat } from "../generated/api";

export const LONGEST_CHAT: LongestChat = 2000;

/** Controls but for tab and line feed, and what turns the direction of what follows. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is taken out.
const UNSEEN = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
const LINE_ENDS = /\r\n?|[\u2028\u2029]/g;
const EMPTY_LINES = /\n{3,}/g;

/** As it is shown: plain text, which cannot reach beyond its own message. */
export function plain(text: string): string {
  return text.replace(LINE_ENDS, "\n").replace(UNSEEN, "").replace(EMPTY_LINES, "\n\n").trim();
}

/** Characters as people count them, but for those that are put together of several. */
export function lengthOf(text: string): number {
  return [...text].length;
}

export function isTooLong(text: string): boolean {
  return lengthOf(text) > LONGEST_CHAT;
}
