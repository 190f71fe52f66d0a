import { expect, test } from "vitest";
import { formatShortCode, normalizeShortCode } from "./shortCode";

test.each([
  ["ab12 cd34", "AB12CD34"],
  ["AB12-CD34", "AB12CD34"],
  [" a b ", "AB"],
])("%j is taken as %j", (typed, expected) => {
  expect(normalizeShortCode(typed)).toBe(expected);
});

test.each([
  ["", ""],
  ["AB12", "AB12"],
  ["AB12C", "AB12 C"],
  ["AB12CD34", "AB12 CD34"],
])("%j is shown as %j", (code, expected) => {
  expect(formatShortCode(code)).toBe(expected);
});
