import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { Button, Dialog, headingOf, Panel, ScrollArea } from "../../components";
import type { MeasureInfo } from "../../generated/epedicare/analysis/v1/analysis_pb";
import { indicesOf } from "../values/groups";
import { ChartTable } from "./ChartTable";
import styles from "./charts.module.css";
import { EmptyChart } from "./EmptyChart";
import { EventLanes } from "./EventLanes";
import { MeasureChart } from "./MeasureChart";
import { isWithheld } from "./summary";
import type { TimeSource } from "./timeSource";

interface ChartsPanelProps {
  title: string;
  source: TimeSource;
  /** Ids of the measures drawn, and of those whose events always have a lane. */
  charts: ReadonlySet<string>;
  chosen: ReadonlySet<string>;
  /** As many as there is room for at first. */
  mostLanes: number;
  /** Nothing around the lanes is to move during a call. */
  keepsHeight?: boolean;
  onHide?: () => void;
  /** How a measure is named beside its curve. */
  shownAs?: (info: MeasureInfo) => MeasureInfo;
}

const SYNC_KEY = "epedicare";
/** A longer stack has its lower axis out of sight. */
const MOST_UNDER_ONE_AXIS = 3;
/** So many columns fit a narrow dialog. */
const NARROW_TABLE = 3;

/** Event lanes and series over one time axis, with one cursor. */
export function ChartsPanel(props: ChartsPanelProps) {
  const { title, source, charts, chosen, mostLanes, keepsHeight = false, onHide, shownAs } = props;
  const { t } = useTranslation("analysis");
  useSyncExternalStore(source.subscribe, source.snapshot);
  const { registry } = source;
  const measures = registry ? indicesOf(registry, charts) : [];
  const range = source.range();
  const isLoading = source.unknown(range).some(({ why }) => why === "loading");
  const drawn = measures.filter(
    (measure) => isLoading || !isWithheld(source.series(measure, range)),
  );
  const hasUpperAxis = drawn.length === 0 || drawn.length > MOST_UNDER_ONE_AXIS;
  return (
    <Panel
      id="charts"
      title={title}
      action={
        registry && (
          <Dialog
            title={t("charts.table")}
            trigger={<Button look="quiet">{t("charts.asTable")}</Button>}
            width={measures.length > NARROW_TABLE ? "wide" : "narrow"}
          >
            <ChartTable source={source} measures={measures} />
          </Dialog>
        )
      }
      onHide={onHide}
      className={onHide && styles.strip}
    >
      <ScrollArea labelledBy={headingOf("charts")}>
        {!registry && <p className="quiet">{t("charts.waiting")}</p>}
        {registry && (
          <EventLanes
            source={source}
            chosen={chosen}
            most={mostLanes}
            keepsHeight={keepsHeight}
            hasTimeAxis={hasUpperAxis}
            syncKey={SYNC_KEY}
          />
        )}
        {registry &&
          measures.map((measure) => {
            const whole = registry.measures[measure] as MeasureInfo;
            const info = shownAs?.(whole) ?? whole;
            const shared = { source, measure, info };
            return drawn.includes(measure) ? (
              <MeasureChart
                key={info.id}
                {...shared}
                syncKey={SYNC_KEY}
                hasTimeAxis={measure === drawn.at(-1)}
              />
            ) : (
              <EmptyChart key={info.id} {...shared} registry={registry} />
            );
          })}
      </ScrollArea>
    </Panel>
  );
}
