import { expect, test } from "vitest";
import { factsOf, type TypedFacts, typedFacts, wrongFacts } from "./sessionFacts";

const EMPTY: TypedFacts = typedFacts();

test("a session of which nothing is known is sent as nothing known", () => {
  expect(wrongFacts(EMPTY)).toEqual([]);
  expect(factsOf(EMPTY)).toEqual({
    patient_code: null,
    visit_number: null,
    age_months: null,
    appointment_at: null,
    label: null,
  });
});

test("what is known is typed, and sent, as it is", () => {
  const facts = {
    patient_code: "KTR-FWJ",
    visit_number: 2,
    age_months: 0,
    appointment_at: new Date(2027, 2, 4, 9, 5).toISOString(),
    label: "bilan",
  };
  expect(factsOf(typedFacts(facts))).toEqual(facts);
});

test.each([
  [{ visitNumber: "0" }, ["visitNumber"]],
  [{ visitNumber: "deux" }, ["visitNumber"]],
  [{ ageMonths: "4.5" }, ["ageMonths"]],
  [{ ageMonths: "301" }, ["ageMonths"]],
  [{ isPlanned: true, date: "2027-03-04", time: "" }, ["moment"]],
  [{ isPlanned: false, date: "2027-03-04", time: "" }, []],
])("%o is wrong in %o", (typed, wrong) => {
  expect(wrongFacts({ ...EMPTY, ...typed })).toEqual(wrong);
});
