export const SHORT_CODE_LENGTH = 8;

/** What a person typed, as the service expects it: no spaces or dashes, capitals. */
export function normalizeShortCode(typed: string): string {
  return typed.replace(/[^\p{L}\p{N}]/gu, "").toUpperCase();
}

/** Easier to read out and to type in two groups of four. */
export function formatShortCode(code: string): string {
  return code.replace(/^(.{4})(?=.)/, "$1 ");
}
