import { useTranslation } from "react-i18next";
import type { TimeRange } from "../stream/followed";
import type { SeriesView } from "../stream/series";
import { Experimental } from "./Experimental";
import { firstSentence, widestInCharacters } from "./format";
import { Interval } from "./Interval";
import { QualityMark } from "./QualityMark";
import type { Reading } from "./reading";
import { Sparkline } from "./Sparkline";
import { useUnitName } from "./useUnitName";
import styles from "./values.module.css";

interface MeasureRowProps {
  reading: Reading;
  spark: SeriesView | undefined;
  range: TimeRange;
  /** Not heard by this page, or paused. */
  missed: readonly TimeRange[];
}

export function MeasureRow({ reading, spark, range, missed }: MeasureRowProps) {
  const { t } = useTranslation("analysis");
  const { info, label, value, interval, why } = reading;
  const unitName = useUnitName(info.unit);
  return (
    <div className={styles.row} data-withheld={value === undefined || undefined}>
      <dt>
        <span>{label}</span> <Experimental of={info} />
      </dt>
      {value === undefined ? (
        <dd className={styles.withheld} title={why?.join(" ")}>
          {why?.[0] ? firstSentence(why[0]) : t("now.noRecent")}
        </dd>
      ) : (
        <dd className={styles.value} title={unitName}>
          <span className={styles.number} style={{ minWidth: `${widestInCharacters(info)}ch` }}>
            {value}
          </span>
          <Interval interval={interval} unit={info.unit} />
        </dd>
      )}
      <dd className={styles.trace}>
        <Sparkline view={spark} info={info} range={range} missed={missed} />
        <QualityMark quality={reading.quality} />
      </dd>
    </div>
  );
}
