import { expect, test } from "vitest";
import type { AgentState, AnalysisState, Session } from "../api";
import { LIVE } from "../api/session.fixture";
import { analysisLine } from "./analysisLine";

function session(analysis: AnalysisState, agent: AgentState): Session {
  return { ...LIVE, patient: { ...LIVE.patient, analysis }, agent: { state: agent } };
}

test.each([
  ["granted", "analysing", "badge.analysing"],
  ["granted", "waiting", "badge.starting"],
  ["granted", "paused", "badge.starting"],
  ["granted", "none", "badge.starting"],
  ["granted", "lost", "badge.lost"],
  ["granted", "no_capacity", "badge.noCapacity"],
  ["granted", "alone", "badge.alone"],
  ["paused", "analysing", "badge.pausing"],
  ["paused", "paused", "badge.paused"],
  ["paused", "none", "badge.paused"],
  ["none", "analysing", "badge.stopping"],
  ["none", "waiting", "badge.none"],
] as const)("consent %s, agent %s → %s", (analysis, agent, expected) => {
  expect(analysisLine(session(analysis, agent), "open")).toBe(expected);
});

test("nothing is claimed while the service is out of reach", () => {
  for (const connection of ["lost", "connecting"] as const) {
    expect(analysisLine(session("granted", "analysing"), connection)).toBe("badge.unknown");
  }
});
