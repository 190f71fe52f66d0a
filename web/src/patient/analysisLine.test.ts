import { expect, test } from "vitest";
import type { AgentState, AnalysisState, Session } from "../api";
import { analysisLine } from "./analysisLine";

function session(analysis: AnalysisState, agent: AgentState): Session {
  return {
    id: "0".repeat(32),
    short_id: "0000",
    state: "live",
    sample: false,
    created_at: "2026-01-01T00:00:00Z",
    live_at: null,
    ended_at: null,
    patient: { state: "joined", analysis, keeping: false },
    agent: { state: agent },
  };
}

test.each([
  ["granted", "analysing", "badge.analysing"],
  ["granted", "waiting", "badge.starting"],
  ["granted", "paused", "badge.starting"],
  ["granted", "none", "badge.starting"],
  ["granted", "lost", "badge.lost"],
  ["granted", "no_capacity", "badge.noCapacity"],
  ["granted", "alone", "badge.alone"],
  ["paused", "analysing", "badge.paused"],
  ["none", "analysing", "badge.none"],
] as const)("consent %s, agent %s → %s", (analysis, agent, expected) => {
  expect(analysisLine(session(analysis, agent), "open")).toBe(expected);
});

test("nothing is claimed while the service is out of reach", () => {
  for (const connection of ["lost", "connecting"] as const) {
    expect(analysisLine(session("granted", "analysing"), connection)).toBe("badge.unknown");
  }
});
