import { useTranslation } from "react-i18next";
import { NAMED_UNITS } from "./useUnitName";
import styles from "./values.module.css";

/** What the units of the values above stand for, where their signs do not tell. */
export function UnitLegend({ units }: { units: readonly string[] }) {
  const { t } = useTranslation("analysis");
  const names = [...new Set(units)].flatMap((unit) => NAMED_UNITS[unit] ?? []);
  if (names.length === 0) return null;
  return (
    <ul className={styles.legend}>
      {names.map((name) => (
        <li key={name}>{t(`units.${name}`)}</li>
      ))}
    </ul>
  );
}
