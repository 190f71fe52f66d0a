import { useState } from "react";
import { useTranslation } from "react-i18next";
import { currentLanguage } from "../../i18n";
import { formatClock, formatValue, textIn } from "../values/format";
import styles from "./charts.module.css";
import { valueAt } from "./summary";
import type { TimeSource } from "./timeSource";

const ROWS = 12;
const HOLD_MS = 1600;

/** The charts as a table, as they were when it was opened. */
export function ChartTable({ source, measures }: { source: TimeSource; measures: number[] }) {
  const { t } = useTranslation("analysis");
  const [{ fromMs, toMs }] = useState(() => source.range());
  const [views] = useState(() =>
    measures.map((measure) => source.series(measure, { fromMs, toMs })),
  );
  const language = currentLanguage();
  const infos = measures.map((measure) => source.registry?.measures[measure]);
  const times = Array.from({ length: ROWS }, (_, i) => toMs - (i * (toMs - fromMs)) / ROWS);
  return (
    <div className={styles.tableScroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t("charts.time")}</th>
            {infos.map((info) => (
              <th scope="col" key={info?.id}>
                {textIn(language, info?.label)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times.map((tMs) => (
            <tr key={tMs}>
              <th scope="row">{formatClock(source.clockMs(tMs))}</th>
              {views.map((view, i) => {
                const info = infos[i];
                const value = view && valueAt(view, tMs, HOLD_MS);
                return (
                  <td key={info?.id}>
                    {info === undefined || value === undefined || Number.isNaN(value)
                      ? "—"
                      : formatValue(value, info, language)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
