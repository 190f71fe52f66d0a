import { expect, test } from "vitest";
import { Followed } from "./followed";

const ALWAYS = { fromMs: 0, toMs: 1e9 };

function followedBy(...heard: [track: number, seq: number, tMs: number][]): Followed {
  const followed = new Followed();
  for (const [track, seq, tMs] of heard) followed.hear({ track, seq }, tMs);
  return followed;
}

test("a page that is there from the start misses nothing", () => {
  expect(followedBy([1, 1, 40], [1, 2, 80]).missedIn(ALWAYS)).toEqual([]);
});

test("a page that comes later, or again, has not followed what was before", () => {
  const late = followedBy([1, 700, 28_000], [1, 701, 28_040]);
  expect(late.missedIn(ALWAYS)).toEqual([{ fromMs: 0, toMs: 28_000 }]);
  expect(late.missedIn({ fromMs: 28_000, toMs: 88_000 })).toEqual([]);
  expect(followedBy([2, 1, 28_000]).missedIn(ALWAYS)).toEqual([{ fromMs: 0, toMs: 28_000 }]);
});

test("results whose numbers are left out were missed; while there were none, nothing was", () => {
  const away = followedBy([1, 1, 40], [1, 500, 20_000]);
  expect(away.missedIn(ALWAYS)).toEqual([{ fromMs: 40, toMs: 20_000 }]);
  expect(followedBy([1, 1, 40], [1, 2, 20_000]).missedIn(ALWAYS)).toEqual([]);
  expect(followedBy([1, 1, 40], [2, 1, 20_000]).missedIn(ALWAYS)).toEqual([]);
  expect(followedBy([1, 1, 40], [2, 400, 20_000]).missedIn(ALWAYS)).toHaveLength(1);
});

test("a few lost packets, even around a pause, are not an absence", () => {
  expect(followedBy([1, 1, 40], [1, 9, 360]).missedIn(ALWAYS)).toEqual([]);
  expect(followedBy([1, 1, 40], [1, 5, 20_000]).missedIn(ALWAYS)).toEqual([]);
});

test("a new run is followed from its first number", () => {
  const followed = followedBy([1, 700, 28_000]);
  followed.beginRun();
  followed.hear({ track: 1, seq: 1 }, 29_000);
  expect(followed.missedIn(ALWAYS)).toEqual([]);
});
