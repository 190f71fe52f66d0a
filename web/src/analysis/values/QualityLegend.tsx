import { useTranslation } from "react-i18next";
import { QualityMark } from "./QualityMark";
import styles from "./values.module.css";

/** What the marks and the brackets beside the values mean. */
export function QualityLegend() {
  const { t } = useTranslation("analysis");
  return (
    <p className={styles.legend} title={t("quality.hint")}>
      <QualityMark quality="good" named />
      <QualityMark quality="usable" named />
      <QualityMark quality="notMeasurable" named />
      <span>{t("quality.brackets")}</span>
    </p>
  );
}
