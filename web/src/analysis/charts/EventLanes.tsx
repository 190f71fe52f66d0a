import { useCallback, useRef, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import type uPlot from "uplot";
import { currentLanguage } from "../../i18n";
import { isExperimental } from "../values/evidence";
import { textIn } from "../values/format";
import { unknownInWords } from "../values/unknown";
import styles from "./charts.module.css";
import { drawLanes, LANE_PX, type Lane } from "./draw";
import { lanesFor } from "./lanes";
import { createTimePlot, TIME_AXIS_HEIGHT_PX } from "./timePlot";
import type { TimeSource } from "./timeSource";
import { usePlot } from "./usePlot";

/** The line that names the kinds without a lane. */
const MORE_PX = 24;

interface EventLanesProps {
  source: TimeSource;
  /** Ids of the measures whose events always have a lane. */
  chosen: ReadonlySet<string>;
  most: number;
  /** Takes the room of `most` lanes from the start, so that nothing moves when a kind appears. */
  keepsHeight: boolean;
  syncKey: string;
  hasTimeAxis: boolean;
}

export function EventLanes(props: EventLanesProps) {
  const { source, chosen, most, keepsHeight, syncKey, hasTimeAxis } = props;
  const { t } = useTranslation("analysis");
  useSyncExternalStore(source.subscribe, source.snapshot);
  const { registry } = source;
  const [isWhole, setWhole] = useState(false);
  if (registry === undefined) return null;
  const range = source.range();
  const events = source.events(range);
  const unknown = unknownInWords(source.unknown(range), range, source.clockMs, t);
  const short = lanesFor(registry, events, chosen, most);
  const { lanes } = isWhole ? lanesFor(registry, events, chosen, Number.POSITIVE_INFINITY) : short;
  const nameOf = (kind: number) => textIn(currentLanguage(), registry.events[kind]?.label);
  const standingOf = (kind: number | undefined) => {
    const info = kind === undefined ? undefined : registry.events[kind];
    return info && isExperimental(info) ? `, ${t("experimental.name")}` : "";
  };
  const names = lanes.map(({ kind }) => (kind === undefined ? t("charts.face") : nameOf(kind)));
  const counts = lanes.map(({ kind }) => events.filter((e) => e.kind === kind).length);
  const kept = keepsHeight ? heightOf(most, hasTimeAxis) + MORE_PX : undefined;
  return (
    <figure className={styles.chart} style={{ minHeight: kept }}>
      <figcaption className={`${styles.name} ${styles.laneNames}`}>
        {names.map((name, i) => (
          <span key={name} title={name + standingOf(lanes[i]?.kind)} style={{ height: LANE_PX }}>
            <span>{name}</span>
            <span className="visually-hidden">{standingOf(lanes[i]?.kind)}</span>{" "}
            <span className="visually-hidden">
              {lanes[i]?.kind === undefined ? unknown : t("charts.count", { count: counts[i] })}
            </span>
          </span>
        ))}
      </figcaption>
      <LanesPlot
        source={source}
        lanes={lanes}
        key={lanes.length}
        syncKey={syncKey}
        hasTimeAxis={hasTimeAxis}
      />
      {short.hidden.length > 0 && (
        <button
          type="button"
          className={styles.more}
          aria-expanded={isWhole}
          onClick={() => setWhole(!isWhole)}
        >
          {isWhole
            ? t("charts.fewerKinds")
            : t("charts.moreKinds", {
                count: short.hidden.length,
                names: short.hidden.map(nameOf).join(", "),
              })}
        </button>
      )}
    </figure>
  );
}

function heightOf(lanes: number, hasTimeAxis: boolean): number {
  return lanes * LANE_PX + 8 + (hasTimeAxis ? TIME_AXIS_HEIGHT_PX : 0);
}

function LanesPlot({
  source,
  lanes,
  syncKey,
  hasTimeAxis,
}: {
  source: TimeSource;
  lanes: readonly Lane[];
  syncKey: string;
  hasTimeAxis: boolean;
}) {
  const { t } = useTranslation("analysis");
  const shown = useRef(lanes);
  shown.current = lanes;
  const count = lanes.length;
  const make = useCallback(
    (host: HTMLElement) =>
      createTimePlot(host, source, {
        height: heightOf(count, hasTimeAxis),
        hasTimeAxis,
        low: 0,
        high: 1,
        syncKey,
        formatY: undefined,
        onCursor: () => {},
        draw: (plot) => {
          drawLanes(plot, shown.current, source, source.range(), (why) => t(`unknown.${why}`));
        },
      }),
    [source, syncKey, count, hasTimeAxis, t],
  );
  const feed = (plot: uPlot) => plot.setData([[], []], true);
  const host = usePlot(make, feed);
  return <div ref={host} className={styles.plot} aria-hidden="true" />;
}
