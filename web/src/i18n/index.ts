import i18next, { type Resource } from "i18next";
import { initReactI18next } from "react-i18next";
import { ofThisBrowser } from "../storage";

export type Language = "fr" | "en";
export const LANGUAGES: readonly Language[] = ["fr", "en"];

const STORED = "epedicare.language";
const files = import.meta.glob<Record<string, unknown>>("./{fr,en}/*.json", {
  eager: true,
  import: "default",
});

/** Each file i18n/<language>/<namespace>.json becomes the namespace of that name. */
export const resources: Resource = {};
for (const [path, texts] of Object.entries(files)) {
  const [, language, namespace] = /^\.\/(\w+)\/(\w+)\.json$/.exec(path) ?? [];
  if (language && namespace) resources[language] = { ...resources[language], [namespace]: texts };
}

export function detectLanguage(stored: string | null, preferred: readonly string[]): Language {
  const known = (tag: string | null) => LANGUAGES.find((language) => tag?.startsWith(language));
  return known(stored) ?? preferred.map(known).find((language) => language) ?? "fr";
}

export function currentLanguage(): Language {
  return i18next.language === "en" ? "en" : "fr";
}

export function setLanguage(language: Language): void {
  ofThisBrowser.set(STORED, language);
  void i18next.changeLanguage(language);
}

export function startTranslations(): void {
  i18next.on("languageChanged", (language) => {
    document.documentElement.lang = language;
  });
  void i18next.use(initReactI18next).init({
    resources,
    lng: detectLanguage(ofThisBrowser.get(STORED), navigator.languages),
    fallbackLng: "fr",
    defaultNS: "common",
    interpolation: { escapeValue: false },
    initAsync: false,
  });
}
