import { expect, test } from "vitest";
import { Deadline } from "./abort";

const HOUR_MS = 3_600_000;

test("a deadline aborts with the signal that it was given, also one that has aborted already", () => {
  const stop = new AbortController();
  const deadline = new Deadline(HOUR_MS, stop.signal);
  expect(deadline.signal.aborted).toBe(false);
  stop.abort();
  expect(deadline.signal.aborted).toBe(true);
  expect(new Deadline(HOUR_MS, stop.signal).signal.aborted).toBe(true);
  deadline.clear();
});

test("a deadline aborts when its time is up, and not after it was cleared", async () => {
  const cleared = new Deadline(1);
  cleared.clear();
  const deadline = new Deadline(1);
  await new Promise((resolve) => deadline.signal.addEventListener("abort", resolve));
  expect(deadline.signal.aborted).toBe(true);
  expect(cleared.signal.aborted).toBe(false);
});
