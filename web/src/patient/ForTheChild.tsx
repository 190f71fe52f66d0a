import { useTranslation } from "react-i18next";
import styles from "./patient.module.css";

/** For the child: who is asked, and about what. The words beneath say the same. */
export function ForTheChild() {
  const { t } = useTranslation("patient");
  return (
    <figure className={styles.forTheChild}>
      <svg viewBox="0 0 320 150" aria-hidden="true" focusable="false">
        <path d="M0 128h320v22H0z" fill="var(--accent-soft)" />
        <g fill="none" stroke="currentColor" strokeWidth="3" strokeLinecap="round">
          {/* A child that waves. */}
          <circle cx="96" cy="50" r="23" fill="var(--surface)" />
          <path d="M75 42c6-16 34-20 42-2-14 0-18-4-22-9-4 8-11 11-20 11z" fill="currentColor" />
          <path d="M88 52v.01M105 52v.01" strokeWidth="5" />
          <path d="M89 60c4 5 11 5 15 0" />
          <path
            d="M70 128c0-32 8-50 26-50s26 18 26 50"
            fill="var(--accent-soft)"
            stroke="var(--accent)"
          />
          <path d="M76 94c-10 4-16 12-18 24M116 92c12-4 18-14 20-28" stroke="var(--accent)" />
          <path d="M144 50c5 3 8 8 8 14M150 40c8 4 13 12 13 21" strokeWidth="2" />
          {/* A screen that shows the same child as points. */}
          <rect x="196" y="28" width="100" height="72" rx="8" fill="var(--surface)" />
          <path d="M246 100v14M222 116h48" />
          <g stroke="var(--accent)" strokeWidth="2">
            <circle cx="246" cy="54" r="13" strokeDasharray="1 5" />
            <path d="M246 68v18M246 72l-16 12M246 72l18-12" />
          </g>
          <g stroke="var(--accent)" strokeWidth="6">
            <path d="M246 72v.01M230 84v.01M264 60v.01M246 86v.01" />
          </g>
        </g>
      </svg>
      <figcaption>{t("assent.forTheChild")}</figcaption>
    </figure>
  );
}
