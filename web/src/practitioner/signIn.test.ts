import { expect, test } from "vitest";
import { secretIn } from "./signIn";

test.each([
  ["http://127.0.0.1:5002/practitioner#sign-in=abc", "abc"],
  ["#sign-in=abc", "abc"],
  ["  abc \n", "abc"],
  ["#sign-in=", null],
  [" ", null],
])("the secret in %j is %j", (text, expected) => {
  expect(secretIn(text)).toBe(expected);
});
