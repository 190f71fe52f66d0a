import i18next from "i18next";
import { expect, test, vi } from "vitest";
import { LANGUAGES, resources } from "../i18n";
import { Refused, sentenceOf } from "./errors";

test.each(LANGUAGES)("in %s: a page that the service does not know says its address", (lng) => {
  vi.stubGlobal("location", { origin: "https://clinic.example" });
  void i18next.init({ resources, lng, initAsync: false });
  const sentence = sentenceOf(new Refused(403, "wrong-origin", "not for a family"));
  expect(sentence).toMatch(/EPEDICARE_PUBLIC_URL .*https:\/\/clinic\.example/);
  vi.unstubAllGlobals();
});
