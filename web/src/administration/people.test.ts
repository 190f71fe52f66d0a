import { expect, test } from "vitest";
import type { AccountView } from "../api";
import { groupsOf, isFound } from "./people";

const NOBODY: AccountView = {
  id: "3f9a12bc",
  code: "3f9a-12bc",
  label: null,
  roles_of_provider: [],
  roles_given: [],
  units: [],
  units_given: [],
  signed_in_at: "2026-11-29T10:00:00Z",
  logins: 0,
  barred_at: null,
};
const GIVEN: AccountView = { ...NOBODY, id: "b", roles_given: ["auditor"] };
const BARRED: AccountView = { ...GIVEN, id: "c", barred_at: "2026-11-29T10:00:00Z" };

test("whoever waits for a role comes first, whoever is barred last", () => {
  const groups = groupsOf([BARRED, GIVEN, NOBODY]);
  expect(groups.map(({ name, accounts }) => [name, accounts.map(({ id }) => id)])).toEqual([
    ["waiting", ["3f9a12bc"]],
    ["active", ["b"]],
    ["barred", ["c"]],
  ]);
});

test.each([
  ["3F9A12", true],
  ["3f9a-12", true],
  ["day", true],
  ["", true],
  ["dr", false],
])("%s finds it: %s", (wanted, expected) => {
  const account = { ...NOBODY, units: [{ id: "u", title: "Day hospital" }] };
  expect(isFound(account, wanted)).toBe(expected);
});
