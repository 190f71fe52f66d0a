import { expect, test } from "vitest";
import { isOver, keptOf } from "./kept";
import { LIVE } from "./session.fixture";
import type { Session } from "./types";

function over(live_at: string | null, kept: boolean): Session {
  return { ...LIVE, state: "ended", live_at, measurements: { ...LIVE.measurements, kept } };
}

test("what is kept is what the service has, and nothing is of a call that never began", () => {
  expect(keptOf(over("2026-11-26T10:30:00Z", true))).toBe("kept");
  expect(keptOf(over("2026-11-26T10:30:00Z", false))).toBe("nothing");
  expect(keptOf(over(null, false))).toBe("noCall");
});

test.each(["created", "waiting", "live"] as const)("a session that is %s is not over", (state) => {
  expect(isOver({ ...LIVE, state })).toBe(false);
});

test.each(["ended", "expired", "cancelled"] as const)("a session that is %s is over", (state) => {
  expect(isOver({ ...LIVE, state })).toBe(true);
});
