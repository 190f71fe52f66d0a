import { expect, test } from "vitest";
import { keptOf } from "./kept";
import { LIVE } from "./session.fixture";
import type { Session } from "./types";

function over(live_at: string | null, keeping: boolean): Session {
  return {
    ...LIVE,
    state: "ended",
    live_at,
    ended_at: "2026-11-26T11:00:00Z",
    patient: { ...LIVE.patient, state: "left", keeping },
    agent: { state: "none" },
  };
}

test("what was kept follows the family's last word, and nothing is of a call that never began", () => {
  expect(keptOf(over("2026-11-26T10:30:00Z", true))).toBe("agreed");
  expect(keptOf(over("2026-11-26T10:30:00Z", false))).toBe("notAgreed");
  expect(keptOf(over(null, true))).toBe("noCall");
});
