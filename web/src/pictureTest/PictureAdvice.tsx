import { useTranslation } from "react-i18next";
import type { PictureTest } from "../api";
import { Icon, StatusLine } from "../components";
import { problemsOf } from "./pictureTest";
import styles from "./pictureTest.module.css";

interface PictureAdviceProps {
  found: PictureTest | null;
  /** The practitioner is told, too. */
  isTold?: boolean;
}

/** One plain advice for each thing that could be better. */
export function PictureAdvice({ found, isTold = true }: PictureAdviceProps) {
  const { t } = useTranslation("patient");
  const problems = found ? problemsOf(found) : [];
  return (
    <section className={styles.advice} aria-label={t("picture.title")}>
      <StatusLine>
        {found === null && <p>{t("picture.looking")}</p>}
        {found !== null && problems.length === 0 && (
          <p className={styles.line}>
            <Icon name="check" />
            <span>{t("picture.good")}</span>
          </p>
        )}
        {problems.map((problem) => (
          <p key={problem} className={styles.line}>
            <Icon name="warning" />
            <span>{t(`picture.${problem}`)}</span>
          </p>
        ))}
      </StatusLine>
      <p className="quiet">{t("picture.face")}</p>
      <p className="quiet">{t(isTold ? "picture.told" : "picture.stays")}</p>
    </section>
  );
}
