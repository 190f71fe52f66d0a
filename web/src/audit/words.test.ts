import { describe, expect, test } from "vitest";
import { resources } from "../i18n";
import { accountWanted, codeOf, readAction, sessionWanted } from "./words";

const ID = "3f9a12bc".padEnd(32, "0");

/** As the service writes them; see `audit.record` there. */
const ACTIONS = [
  ..."signed_in signed_out signed_out_by_provider signed_out_by_others role_lost".split(" "),
  ..."sign_in_refused refused code_refused accounts_listed".split(" "),
  ..."note_written note_erased notes_read".split(" "),
  ..."listed read watched replayed exported_csv exported_parquet exported_elan".split(" "),
  ..."exported_boris exported_bids exported_openface exported_fhir exported_rerun".split(" "),
  "exported_family",
  "exported_summary",
  ..."audit_read audit_verified audit_exported_csv audit_exported_jsonl".split(" "),
  ..."created invited invite_redeemed knocked admitted denied joined left".split(" "),
  ..."stepped_out token_issued paused resumed ended expired cancelled deleted".split(" "),
  ..."handed_over colleague_link_made colleague_knocked colleague_left".split(" "),
  ..."live_analysis.granted live_analysis.refused live_analysis.withdrawn".split(" "),
  ..."keeping.granted keeping.refused keeping.withdrawn measurements_erased".split(" "),
  ..."research_use.granted research_use.refused research_use.withdrawn".split(" "),
  ..."label_changed appointment_at_changed patient_code_changed".split(" "),
  ..."visit_number_changed age_months_changed patient_code_made".split(" "),
  ..."backed_up restored recovered unsealed keys_rewrapped retention_ended held let_go".split(" "),
  ...["roles", "units", "label"].map((what) => `${what}_of_${ID}_changed`),
  ...["barred", "let_in_again", "signed_out"].map((what) => `${ID}_${what}`),
  ...["added", "renamed"].map((what) => `unit_${ID}_${what}`),
  `code_pattern_of_unit_${ID}_changed`,
  `retention_of_unit_${ID}_changed`,
  ...["admitted", "invited", "removed", "given_controls", "observes"].map(
    (what) => `colleague_${ID}_${what}`,
  ),
];

describe.each(["fr", "en"])("in %s", (language) => {
  const texts = resources[language]?.audit as { actions: Record<string, string> };
  test.each(ACTIONS)("%s has its sentence", (action) => {
    const { key, subject } = readAction(action);
    expect(texts.actions).toHaveProperty(key);
    expect(texts.actions[key]?.includes("{{code}}")).toBe(subject !== null);
  });
});

test("what was done to whom", () => {
  const code = codeOf(ID);
  expect(code).toBe("3f9a-12bc");
  expect(readAction(`roles_of_${ID}_changed`)).toEqual({ key: "roles_of_changed", subject: code });
  expect(readAction(`${ID}_signed_out`)).toEqual({ key: "account_signed_out", subject: code });
  expect(readAction("signed_out")).toEqual({ key: "signed_out", subject: null });
});

test.each([
  ["3F9A-12BC", "3f9a-12bc"],
  ["3f9a-12b", null],
  ["", null],
])("the person %s", (typed, wanted) => {
  expect(accountWanted(typed)).toBe(wanted);
});

test.each([
  [" 4F2A ", "4f2a"],
  ["4f2", null],
  ["xyzw", null],
])("the session %s", (typed, wanted) => {
  expect(sessionWanted(typed)).toBe(wanted);
});
