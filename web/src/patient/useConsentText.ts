import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Api, ConsentText } from "../api";
import { currentLanguage } from "../i18n";

/** The words a family agrees to, in the page's language; it follows the language switch. */
export function useConsentText(api: Api) {
  useTranslation(); // renders again when the language changes, whoever asks
  const language = currentLanguage();
  const [text, setText] = useState<ConsentText | null>(null);
  const [error, setError] = useState<unknown>(null);
  const load = useCallback(() => {
    setError(null);
    api.consentText(language).then(setText, setError);
  }, [api, language]);
  useEffect(load, [load]);
  return { text: text?.language === language ? text : null, error, retry: load };
}
