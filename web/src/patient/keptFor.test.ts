import i18next from "i18next";
import { beforeAll, expect, test } from "vitest";
import { LIVE } from "../api/session.fixture";
import { resources } from "../i18n";
import { keptFor } from "./keptFor";

beforeAll(() => {
  void i18next.init({ resources, lng: "en", initAsync: false });
});

function told(
  purpose: "live_analysis" | "keeping" | "research_use",
  keeping_days: number | null,
  research_use_days: number | null,
): string {
  return keptFor(
    { measurements: { ...LIVE.measurements, keeping_days, research_use_days } },
    purpose,
  );
}

test("each purpose says how long what it keeps stays", () => {
  expect(told("live_analysis", 90, 3650)).toBe("");
  expect(told("keeping", 90, 3650)).toContain("by themselves 90 days after the call");
  expect(told("research_use", 90, 3650)).toContain("by themselves 10 years after the call");
});

test("of two dates the later one is told, and none where there is none", () => {
  expect(told("research_use", 90, 30)).toContain("90 days");
  expect(told("research_use", 90, null)).toContain("no date is set");
  expect(told("keeping", null, 3650)).toBe("");
  expect(told("research_use", null, 3650)).toBe("");
});
