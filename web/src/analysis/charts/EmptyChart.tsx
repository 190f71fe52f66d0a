import { useTranslation } from "react-i18next";
import type { MeasureInfo, Registry } from "../../generated/epedicare/analysis/v1/analysis_pb";
import { currentLanguage } from "../../i18n";
import { Experimental } from "../values/Experimental";
import { textIn } from "../values/format";
import { readValue } from "../values/reading";
import styles from "./charts.module.css";
import type { TimeSource } from "./timeSource";

interface EmptyChartProps {
  source: TimeSource;
  registry: Registry;
  measure: number;
  info: MeasureInfo;
}

/** In the place of a chart without a value: why there is none. */
export function EmptyChart({ source, registry, measure, info }: EmptyChartProps) {
  const { t } = useTranslation("analysis");
  const language = currentLanguage();
  const why = readValue(source.valueNow(measure), registry, measure, language)?.why;
  return (
    <figure className={styles.chart}>
      <figcaption className={styles.name}>
        <span>{textIn(language, info.label)}</span>
        <Experimental of={info} />
      </figcaption>
      <p className={styles.empty}>{why?.length ? why.join(" ") : t("charts.summaryNone")}</p>
    </figure>
  );
}
