import { useTranslation } from "react-i18next";
import { Button, Dialog, Panel } from "../../components";
import { indicesOf } from "../values/groups";
import { useTick } from "../values/useTick";
import { ChartTable } from "./ChartTable";
import { EventLanes } from "./EventLanes";
import { MeasureChart } from "./MeasureChart";
import type { TimeSource } from "./timeSource";

interface ChartsPanelProps {
  title: string;
  source: TimeSource;
  /** Ids of the measures drawn, and of those whose events always have a lane. */
  charts: ReadonlySet<string>;
  chosen: ReadonlySet<string>;
  /** As many as there is room for at first. */
  mostLanes: number;
}

const SYNC_KEY = "epedicare";
/** A longer stack has its lower axis out of sight. */
const MOST_UNDER_ONE_AXIS = 3;

/** Event lanes and series over one time axis, with one cursor. */
export function ChartsPanel({ title, source, charts, chosen, mostLanes }: ChartsPanelProps) {
  const { t } = useTranslation("analysis");
  useTick(1000);
  const { registry } = source;
  const measures = registry ? indicesOf(registry, charts) : [];
  const hasUpperAxis = measures.length === 0 || measures.length > MOST_UNDER_ONE_AXIS;
  return (
    <Panel
      id="charts"
      title={title}
      action={
        registry && (
          <Dialog
            title={t("charts.table")}
            trigger={<Button look="quiet">{t("charts.asTable")}</Button>}
          >
            <ChartTable source={source} measures={measures} />
          </Dialog>
        )
      }
    >
      {!registry && <p className="quiet">{t("charts.waiting")}</p>}
      {registry && (
        <EventLanes
          source={source}
          chosen={chosen}
          most={mostLanes}
          hasTimeAxis={hasUpperAxis}
          syncKey={SYNC_KEY}
        />
      )}
      {measures.map((measure, i) => {
        const info = registry?.measures[measure];
        return (
          info && (
            <MeasureChart
              key={info.id}
              source={source}
              measure={measure}
              info={info}
              syncKey={SYNC_KEY}
              hasTimeAxis={i === measures.length - 1}
            />
          )
        );
      })}
    </Panel>
  );
}
