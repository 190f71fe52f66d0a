import { expect, test } from "vitest";
import { type Appointment, appointment } from "./appointment";

/** Some browsers put a comma after an English weekday. */
const withoutComma = (at: Appointment) => ({ ...at, day: at.day.replace(",", "") });
const AT = new Date("2026-12-03T13:05:00Z");

test("an appointment is told in the family's own time and language", () => {
  expect(appointment(AT, "fr", "Europe/Paris")).toEqual({
    day: "jeudi 3 décembre 2026",
    time: "14:05",
    zone: "heure normale d’Europe centrale",
  });
  expect(withoutComma(appointment(AT, "en", "America/Montreal"))).toEqual({
    day: "Thursday 3 December 2026",
    time: "08:05",
    zone: "Eastern Standard Time",
  });
});

test("the day is the family's, too", () => {
  expect(withoutComma(appointment(AT, "en", "Pacific/Auckland")).day).toBe(
    "Friday 4 December 2026",
  );
});
