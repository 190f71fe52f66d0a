import { expect, test } from "vitest";
import { backoffSeconds, sleep } from "./backoff";

test("grows to eight seconds and stays there, give or take a fifth", () => {
  const middle = () => 0.5;
  expect([0, 1, 2, 3, 4, 50].map((n) => backoffSeconds(n, middle))).toEqual([0.5, 1, 2, 4, 8, 8]);
  expect(backoffSeconds(4, () => 0)).toBeCloseTo(6.4);
  expect(backoffSeconds(4, () => 1)).toBeCloseTo(9.6);
});

test("an aborted sleep ends at once", async () => {
  const stop = new AbortController();
  const sleeping = sleep(3600, stop.signal);
  stop.abort();
  await sleeping;
});

test("a sleep that ends leaves nothing on the signal", async () => {
  const stop = new AbortController();
  const listening = new Set<unknown>();
  const { signal } = stop;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...given: Parameters<typeof add>) => {
    listening.add(given[1]);
    add(...given);
  };
  signal.removeEventListener = (...given: Parameters<typeof remove>) => {
    listening.delete(given[1]);
    remove(...given);
  };
  await sleep(0.001, signal);
  expect(listening.size).toBe(0);
});

test("a signal that has aborted already lets nobody sleep", async () => {
  await sleep(3600, AbortSignal.abort());
});
