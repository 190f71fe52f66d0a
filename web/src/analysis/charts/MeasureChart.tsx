import { useCallback, useMemo, useRef, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import type uPlot from "uplot";
import type { MeasureInfo } from "../../generated/epedicare/analysis/v1/analysis_pb";
import { currentLanguage } from "../../i18n";
import type { SeriesView } from "../stream/series";
import { Experimental } from "../values/Experimental";
import { formatNumber, formatValue, textIn, unitSign } from "../values/format";
import { unknownInWords } from "../values/unknown";
import { useUnitName } from "../values/useUnitName";
import styles from "./charts.module.css";
import { drawQualityBand, drawUnknown } from "./draw";
import { withGaps } from "./runs";
import { summarise, valueAt } from "./summary";
import { createTimePlot, TIME_AXIS_HEIGHT_PX } from "./timePlot";
import type { TimeSource } from "./timeSource";
import { usePlot } from "./usePlot";

const SUMMARY_EACH_MS = 5000;
/** A windowed measure comes once a second; with nothing for longer, the line is parted. */
const LONGEST_STEP_MS = 1600;
const HEIGHT_PX = 68;

interface MeasureChartProps {
  source: TimeSource;
  measure: number;
  info: MeasureInfo;
  syncKey: string;
  hasTimeAxis: boolean;
}

export function MeasureChart(props: MeasureChartProps) {
  const { source, measure, info, syncKey, hasTimeAxis } = props;
  const { t } = useTranslation("analysis");
  const language = currentLanguage();
  const view = useRef<SeriesView>(EMPTY);
  const readout = useRef<HTMLSpanElement>(null);

  const make = useCallback(
    (host: HTMLElement) =>
      createTimePlot(host, source, {
        height: HEIGHT_PX + (hasTimeAxis ? TIME_AXIS_HEIGHT_PX : 0),
        hasTimeAxis,
        low: info.rangeLow,
        high: info.rangeHigh,
        syncKey,
        formatY: (value, decimals) => formatNumber(value, decimals, language),
        draw: (plot) => {
          drawUnknown(plot, source.unknown(source.range()), plot.bbox, (why) =>
            t(`unknown.${why}`),
          );
          drawQualityBand(plot, view.current, LONGEST_STEP_MS);
        },
        onCursor: (tMs) => {
          const value = tMs === undefined ? undefined : valueAt(view.current, tMs, LONGEST_STEP_MS);
          if (readout.current === null) return;
          readout.current.textContent =
            value === undefined || Number.isNaN(value) ? "" : formatValue(value, info, language);
        },
      }),
    [source, info, syncKey, hasTimeAxis, language, t],
  );
  const feed = (plot: uPlot) => {
    view.current = source.series(measure, source.range()) ?? EMPTY;
    plot.setData(withGaps(view.current.tMs, view.current.values, LONGEST_STEP_MS), true);
  };
  const host = usePlot(make, feed);
  const label = textIn(language, info.label);
  const unitName = useUnitName(info.unit);
  return (
    <figure className={styles.chart}>
      <figcaption className={styles.name}>
        <span>
          <span>{label}</span>
          <span className={styles.unit} title={unitName}>
            {unitSign(info.unit) && `, ${unitSign(info.unit)}`}
          </span>
        </span>
        <Experimental of={info} />
        <span ref={readout} className={styles.readout} aria-hidden="true" />
        <ChartSummary source={source} measure={measure} info={info} />
      </figcaption>
      <div ref={host} className={styles.plot} aria-hidden="true" />
    </figure>
  );
}

/** What the chart shows, in words, for those who cannot see it. */
function ChartSummary({
  source,
  measure,
  info,
}: Pick<MeasureChartProps, "source" | "measure" | "info">) {
  const { t } = useTranslation("analysis");
  useSyncExternalStore(source.subscribe, source.snapshot);
  const { fromMs, toMs } = source.range();
  const isWhole = source.unknown({ fromMs, toMs }).every(({ why }) => why !== "loading");
  // biome-ignore lint/correctness/useExhaustiveDependencies: new words are for what is new, calmly.
  const words = useMemo(describe, [
    source,
    measure,
    t,
    isWhole,
    Math.floor(toMs / SUMMARY_EACH_MS),
  ]);
  return <span className="visually-hidden">{words}</span>;

  function describe(): string {
    const range = source.range();
    const view = source.series(measure, range);
    const summary = view && summarise(view);
    const unknown = unknownInWords(source.unknown(range), range, source.clockMs, t);
    if (summary === undefined) return unknown || t("charts.summaryNone");
    const show = (value: number) => formatValue(value, info, currentLanguage());
    const numbers = {
      lowest: show(summary.lowest),
      highest: show(summary.highest),
      median: show(summary.median),
      measurable: Math.round(summary.measurable * 100),
    };
    return unknown
      ? `${unknown} ${t("charts.summaryOfRest", numbers)}`
      : t("charts.summary", numbers);
  }
}

const EMPTY: SeriesView = {
  tMs: new Float64Array(),
  values: new Float64Array(),
  quality: new Uint8Array(),
};
