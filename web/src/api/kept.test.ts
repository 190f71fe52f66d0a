import { expect, test } from "vitest";
import { keptOf } from "./kept";
import type { Session } from "./types";

function over(live_at: string | null, keeping: boolean): Session {
  return {
    id: "4f2a",
    short_id: "4f2a",
    state: "ended",
    sample: false,
    created_at: "2026-11-26T10:00:00Z",
    live_at,
    ended_at: "2026-11-26T11:00:00Z",
    patient: { state: "left", analysis: "granted", keeping },
    agent: { state: "none" },
  };
}

test("what was kept follows the family's last word, and nothing is of a call that never began", () => {
  expect(keptOf(over("2026-11-26T10:30:00Z", true))).toBe("agreed");
  expect(keptOf(over("2026-11-26T10:30:00Z", false))).toBe("notAgreed");
  expect(keptOf(over(null, true))).toBe("noCall");
});
