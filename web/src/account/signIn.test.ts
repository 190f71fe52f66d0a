import { expect, test } from "vitest";
import { failureIn, secretIn } from "./signIn";

test.each([
  ["http://127.0.0.1:5002/practitioner#sign-in=abc", "abc"],
  ["#sign-in=abc", "abc"],
  ["  abc \n", "abc"],
  ["#sign-in=", null],
  [" ", null],
])("the secret in %j is %j", (text, expected) => {
  expect(secretIn(text)).toBe(expected);
});

test.each([
  ["#sign-in-cancelled", "sign-in-cancelled"],
  ["#sign-in=abc", null],
  ["#signed-in=abc", null],
  ["#sign-in-<b>", null],
  ["", null],
])("the failure in %j is %j", (hash, expected) => {
  expect(failureIn(hash)).toBe(expected);
});
