import { useTranslation } from "react-i18next";
import { Button, headingOf, Panel, ScrollArea } from "../../components";
import { currentLanguage } from "../../i18n";
import type { AnalysisStore } from "../stream/analysisStore";
import { useSnapshot } from "../stream/useSnapshot";
import type { Choices } from "./choices";
import { indicesOf } from "./groups";
import { MeasureRow } from "./MeasureRow";
import { QualityLegend } from "./QualityLegend";
import { readMeasure } from "./reading";
import { unknownInCall, unknownInWords } from "./unknown";
import styles from "./values.module.css";

const SPARK_MS = 60_000;

interface NowPanelProps {
  store: AnalysisStore;
  choices: Choices;
  /** Why nothing is being measured, when it is known. */
  silence: string | undefined;
  /** Media time to the time that a person is shown. */
  clockMs: (tMs: number) => number;
  onAll: () => void;
  /** The button that opened all measures gets the focus again. */
  isBackFromAll: boolean;
  onHide: () => void;
}

/** The chosen measures as they are now. Numbers are read, not watched: nothing moves or blinks. */
export function NowPanel(props: NowPanelProps) {
  const { store, choices, silence, clockMs, onAll, isBackFromAll, onHide } = props;
  const { t } = useTranslation("analysis");
  const { registry, nowMs, atMs } = useSnapshot(store);
  const hasBegun = registry !== undefined && nowMs > 0;
  const range = { fromMs: nowMs - SPARK_MS, toMs: nowMs };
  const unknown = unknownInCall(store, range);
  const language = currentLanguage();
  const readings = hasBegun
    ? indicesOf(registry, choices.headlines).flatMap(
        (measure) => readMeasure(store, registry, measure, language, atMs, silence) ?? [],
      )
    : [];
  return (
    <Panel
      id="now"
      title={t("now.title")}
      action={
        registry && (
          <Button look="quiet" onPress={onAll} autoFocus={isBackFromAll}>
            {t("all.open")}
          </Button>
        )
      }
      onHide={onHide}
      className={styles.now}
    >
      <ScrollArea labelledBy={headingOf("now")}>
        {!hasBegun && <p className="quiet">{t("now.waiting")}</p>}
        {hasBegun && readings.length === 0 && <p className="quiet">{t("now.none")}</p>}
        <dl className={styles.rows}>
          {readings.map((reading) => (
            <MeasureRow
              key={reading.info.id}
              reading={reading}
              range={range}
              missed={unknown}
              spark={store.shownSeriesOf(reading.measure)?.view(range.fromMs, range.toMs)}
            />
          ))}
        </dl>
        {unknown.length > 0 && (
          <p className={`${styles.legend} ${styles.missed}`}>
            {unknownInWords(unknown, range, clockMs, t)}
          </p>
        )}
        <QualityLegend />
      </ScrollArea>
    </Panel>
  );
}
