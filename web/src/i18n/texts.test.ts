import { describe, expect, test } from "vitest";
import { detectLanguage, LANGUAGES, resources } from ".";

const sources = import.meta.glob<string>(
  ["../**/*.{ts,tsx}", "!../generated/**", "!../**/*.test.*"],
  {
    eager: true,
    query: "?raw",
    import: "default",
  },
);

function flat(texts: unknown, prefix = ""): Map<string, string> {
  if (typeof texts === "string") return new Map([[prefix, texts]]);
  return new Map(
    Object.entries(texts as object).flatMap(([key, value]) => [
      ...flat(value, prefix ? `${prefix}.${key}` : key),
    ]),
  );
}

const all = new Map(
  LANGUAGES.map((language) => [
    language,
    new Map(
      Object.entries(resources[language] ?? {}).flatMap(([namespace, texts]) =>
        [...flat(texts)].map(([key, text]) => [`${namespace}:${key}`, text] as const),
      ),
    ),
  ]),
);
const french = all.get("fr") ?? new Map<string, string>();
const english = all.get("en") ?? new Map<string, string>();

/** t("a.b") and i18nKey="a.b" with a literal key, under the file's own useTranslation namespace. */
function usedKeys(source: string): string[] {
  const namespace = /useTranslation\("(\w+)"\)/.exec(source)?.[1] ?? "common";
  const literals = source.matchAll(/(?:\bt\(|i18nKey=)"([\w.]+(?::[\w.]+)?)"/g);
  return [...literals].map(([, key = ""]) => (key.includes(":") ? key : `${namespace}:${key}`));
}

/** "minutes_one" and "minutes_other" both answer t("minutes", { count }). */
function isKnown(key: string): boolean {
  return french.has(key) || french.has(`${key}_other`);
}

describe("texts", () => {
  test("both languages have the same keys", () => {
    expect([...french.keys()].sort()).toEqual([...english.keys()].sort());
  });

  test("no text is empty, and both languages fill in the same values", () => {
    const holes = (text = "") => [...text.matchAll(/{{(\w+)}}/g)].map(([, name]) => name).sort();
    for (const [key, text] of french) {
      expect(text.trim(), key).not.toBe("");
      expect(holes(text), key).toEqual(holes(english.get(key)));
    }
  });

  test("no line breaks before a French mark, nor at a quotation mark", () => {
    const broken = [...french].filter(([, text]) =>
      /[ \n][?!;:»%]|«[ \n]|[\u00a0][?!;]/.test(text),
    );
    expect(broken).toEqual([]);
    expect([...french].filter(([, text]) => /\u202f[?!;]/.test(text)).length).toBeGreaterThan(10);
  });

  test("one kind of apostrophe", () => {
    for (const texts of [french, english]) {
      expect([...texts].filter(([, text]) => text.includes("'"))).toEqual([]);
    }
  });

  test("every key named in the source exists", () => {
    const missing = Object.entries(sources).flatMap(([path, source]) =>
      usedKeys(source)
        .filter((key) => !isKnown(key))
        .map((key) => `${path}: ${key}`),
    );
    expect(missing).toEqual([]);
  });
});

describe("detectLanguage", () => {
  test.each([
    [null, ["de-DE", "en-GB"], "en"],
    [null, ["fr-CA"], "fr"],
    [null, ["de"], "fr"],
    ["en", ["fr"], "en"],
    ["xx", ["en"], "en"],
  ])("stored %s, browser %s → %s", (stored, preferred, expected) => {
    expect(detectLanguage(stored, preferred)).toBe(expected);
  });
});
