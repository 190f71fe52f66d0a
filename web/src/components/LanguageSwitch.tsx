import { useTranslation } from "react-i18next";
import { currentLanguage, LANGUAGES, setLanguage } from "../i18n";
import styles from "./LanguageSwitch.module.css";

const NAMES = { fr: "Français", en: "English" } as const;

export function LanguageSwitch({ onStage = false }: { onStage?: boolean }) {
  const { t } = useTranslation();
  const current = currentLanguage();
  return (
    <fieldset className={`${styles.group} ${onStage ? styles.onStage : ""}`}>
      <legend className="visually-hidden">{t("language")}</legend>
      {LANGUAGES.map((language) => (
        <button
          key={language}
          type="button"
          lang={language}
          translate="no"
          className={styles.choice}
          aria-pressed={language === current}
          onClick={() => setLanguage(language)}
        >
          <span aria-hidden="true">{language.toUpperCase()}</span>
          <span className="visually-hidden">{NAMES[language]}</span>
        </button>
      ))}
    </fieldset>
  );
}
