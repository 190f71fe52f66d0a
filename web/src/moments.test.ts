import { expect, test } from "vitest";
import { LIVE } from "./api/session.fixture";
import { ageOf, byDay, dayName, endOfDay, fieldsOf, lastedMinutes, momentOf } from "./moments";

test("a moment is typed as it is shown", () => {
  const iso = new Date(2027, 2, 4, 9, 5).toISOString();
  expect(fieldsOf(iso)).toEqual({ date: "2027-03-04", time: "09:05" });
  expect(momentOf("2027-03-04", "09:05")).toBe(iso);
  expect(momentOf("2027-03-04", "")).toBeNull();
  expect(momentOf("", "09:05")).toBeNull();
});

test("a day ends when the next one begins, also where the clocks are changed", () => {
  expect(endOfDay("2027-03-27")).toBe(new Date(2027, 2, 28).toISOString());
  expect(endOfDay("2027-03-28")).toBe(new Date(2027, 2, 29).toISOString());
  expect(endOfDay("")).toBeNull();
});

test("near days have their word", () => {
  const now = new Date(2027, 2, 4, 23, 50);
  const word = (days: number) => dayName(new Date(2027, 2, 4 + days, 0, 10).toISOString(), now);
  expect(word(0)).toMatch(/^(aujourd.hui|today), /);
  expect(word(1)).toMatch(/^(demain|tomorrow), /);
  expect(word(2)).toMatch(/^(samedi 6 mars|Saturday,? 6 March)$/);
});

test("sessions stand under their days", () => {
  const at = (day: number, hour: number) => ({
    ...LIVE,
    appointment_at: new Date(2027, 2, day, hour).toISOString(),
  });
  const days = byDay([at(6, 9), at(6, 17), at(8, 9)], new Date(2027, 2, 1));
  expect(days.map(({ sessions }) => sessions.length)).toEqual([2, 1]);
});

test("an age in months is read in years and months", () => {
  expect(ageOf(50)).toEqual({ years: 4, months: 2 });
  expect(ageOf(11)).toEqual({ years: 0, months: 11 });
});

test("a call lasts a minute or more, and one that never began not at all", () => {
  const over = { ...LIVE, live_at: "2027-03-04T09:00:00Z", ended_at: "2027-03-04T09:31:40Z" };
  expect(lastedMinutes(over)).toBe(32);
  expect(lastedMinutes({ ...over, ended_at: "2027-03-04T09:00:04Z" })).toBe(1);
  expect(lastedMinutes({ ...over, live_at: null })).toBeUndefined();
});
