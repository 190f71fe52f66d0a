import { expect, test } from "vitest";
import { partsOf } from "./parts";

test("everybody lands on what their roles allow", () => {
  expect(partsOf([])).toEqual([]);
  expect(partsOf(["auditor", "administrator"]).map(({ to }) => to)).toEqual([
    "/administration",
    "/administration/units",
    "/audit",
  ]);
  expect(partsOf(["researcher", "practitioner"])[0]?.to).toBe("/practitioner");
});
