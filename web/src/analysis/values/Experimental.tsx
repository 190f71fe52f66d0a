import { useTranslation } from "react-i18next";
import { type Evidenced, isExperimental } from "./evidence";
import styles from "./values.module.css";

/** Beside a value: too few labels made by people say how good its measure is. */
export function Experimental({ of }: { of: Evidenced | undefined }) {
  const { t } = useTranslation("analysis");
  if (of === undefined || !isExperimental(of)) return null;
  return (
    <span className={styles.experimental} title={t("experimental.hint")}>
      {t("experimental.name")}
    </span>
  );
}
