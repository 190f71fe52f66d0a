import { useTranslation } from "react-i18next";
import type { QualityName } from "./reading";
import styles from "./values.module.css";

/** Full, half and empty circle: how far the signal can be trusted, by shape as well as by name. */
export function QualityMark({ quality, named = false }: { quality: QualityName; named?: boolean }) {
  const { t } = useTranslation("analysis");
  const name = t(`quality.${quality}`);
  return (
    <span className={styles.quality} data-quality={quality} title={named ? undefined : name}>
      <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
        <circle cx="6" cy="6" r="4.75" fill="none" stroke="currentColor" strokeWidth="1.5" />
        {quality === "good" && <circle cx="6" cy="6" r="5" fill="currentColor" />}
        {quality === "usable" && <path d="M6 1a5 5 0 0 0 0 10z" fill="currentColor" />}
      </svg>
      <span className={named ? undefined : "visually-hidden"}>{name}</span>
    </span>
  );
}
