import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type MeasureInfo, Quality } from "../../generated/epedicare/analysis/v1/analysis_pb";
import { currentLanguage } from "../../i18n";
import type { SeriesView } from "../stream/series";
import { Experimental } from "../values/Experimental";
import { formatClock, formatValue, textIn } from "../values/format";
import { QualityMark } from "../values/QualityMark";
import { unknownInWords } from "../values/unknown";
import styles from "./charts.module.css";
import { indexAt } from "./summary";
import type { TimeSource } from "./timeSource";

const ROWS = 12;
const HOLD_MS = 1600;

/** The charts as a table, as they were when it was opened. */
export function ChartTable({ source, measures }: { source: TimeSource; measures: number[] }) {
  const { t } = useTranslation("analysis");
  const [range] = useState(() => source.range());
  const [unknown] = useState(() => source.unknown(range));
  const [views] = useState(() => measures.map((measure) => source.series(measure, range)));
  const language = currentLanguage();
  const infos = measures.map((measure) => source.registry?.measures[measure]);
  const { fromMs, toMs } = range;
  const times = Array.from({ length: ROWS }, (_, i) => toMs - (i * (toMs - fromMs)) / ROWS).filter(
    (tMs) => source.clockMs(tMs) >= 0, // before, the session had not begun
  );
  return (
    <div className={styles.tableScroll}>
      {unknown.length > 0 && (
        <p className="quiet">{unknownInWords(unknown, range, source.clockMs, t)}</p>
      )}
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t("charts.time")}</th>
            {infos.map((info) => (
              <th scope="col" key={info?.id}>
                <span>{textIn(language, info?.label)}</span> <Experimental of={info} />
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
                return (
                  <td key={info?.id}>
                    {info && view && <Cell view={view} info={info} at={tMs} />}
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

function Cell({ view, info, at }: { view: SeriesView; info: MeasureInfo; at: number }) {
  const index = indexAt(view, at, HOLD_MS);
  const value = index === undefined ? Number.NaN : (view.values[index] as number);
  if (index === undefined || Number.isNaN(value)) return "—";
  return (
    <>
      <span>{formatValue(value, info, currentLanguage())}</span>{" "}
      <QualityMark quality={view.quality[index] === Quality.GOOD ? "good" : "usable"} />
    </>
  );
}
