import { useTranslation } from "react-i18next";
import { unitSuffix } from "./format";
import styles from "./values.module.css";

/** The 95 % interval in brackets behind its number. */
export function Interval({ interval, unit }: { interval: string | undefined; unit: string }) {
  const { t } = useTranslation("analysis");
  if (interval === undefined) return null;
  return (
    <>
      {" "}
      <span className={styles.interval} title={t("now.intervalHint")}>
        <span className="visually-hidden">{t("now.interval")} </span>
        <span>{`(${interval}`}</span>
        <span className="visually-hidden">{unitSuffix(unit)}</span>
        <span>)</span>
      </span>
    </>
  );
}
