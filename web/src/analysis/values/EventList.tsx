import { useTranslation } from "react-i18next";
import { headingOf, Panel, ScrollArea } from "../../components";
import type { Event, Registry } from "../../generated/epedicare/analysis/v1/analysis_pb";
import { currentLanguage } from "../../i18n";
import {
  eventAmplitude,
  eventCourse,
  eventDuration,
  eventName,
  eventQuality,
  type StoppedAt,
  sideKey,
} from "./events";
import { isExperimental } from "./evidence";
import { formatClock } from "./format";
import { useUnitName } from "./useUnitName";
import styles from "./values.module.css";

interface EventListProps {
  events: readonly Event[];
  registry: Registry | undefined;
  /** The time to write beside an event, in ms since the consultation began. */
  timeOf: (event: Event) => number;
  stoppedAt: StoppedAt;
  newestFirst?: boolean;
  longest?: number;
  /** Makes each event a button. */
  onSelect?: (event: Event) => void;
  className?: string | undefined;
  onHide?: () => void;
}

export function EventList({
  events,
  registry,
  timeOf,
  stoppedAt,
  newestFirst = true,
  longest = 60,
  onSelect,
  className,
  onHide,
}: EventListProps) {
  const { t } = useTranslation("analysis");
  const shown = newestFirst ? events.slice(-longest).reverse() : events.slice(0, longest);
  return (
    <Panel id="events" title={t("events.title")} className={className} onHide={onHide}>
      {shown.length === 0 && <p className="quiet">{t("events.none")}</p>}
      {registry && shown.length > 0 && (
        <ScrollArea labelledBy={headingOf("events")} className={styles.events}>
          <ol>
            {shown.map((event) => (
              <li key={`${event.origin?.run}/${event.id}`}>
                <Entry
                  time={formatClock(timeOf(event))}
                  onPress={onSelect && (() => onSelect(event))}
                >
                  <Description event={event} registry={registry} stoppedAtMs={stoppedAt(event)} />
                </Entry>
              </li>
            ))}
          </ol>
        </ScrollArea>
      )}
    </Panel>
  );
}

function Entry({
  time,
  onPress,
  children,
}: {
  time: string;
  onPress: (() => void) | undefined;
  children: React.ReactNode;
}) {
  const content = (
    <>
      <time>{time}</time>
      <span>{children}</span>
    </>
  );
  if (onPress === undefined) return <div className={styles.event}>{content}</div>;
  return (
    <button type="button" className={styles.event} onClick={onPress}>
      {content}
    </button>
  );
}

interface DescriptionProps {
  event: Event;
  registry: Registry;
  stoppedAtMs: number | undefined;
}

function Description({ event, registry, stoppedAtMs }: DescriptionProps) {
  const { t } = useTranslation("analysis");
  const language = currentLanguage();
  const side = sideKey(event.side);
  const amplitude = eventAmplitude(event, registry, language);
  const kind = registry.events[event.kind];
  const unitName = useUnitName(kind?.amplitudeUnit ?? "");
  const quality = eventQuality(event);
  const course = eventCourse(event, registry, stoppedAtMs);
  const rest = [
    side && t(`sides.${side}`),
    eventDuration(event, registry, language, stoppedAtMs),
    course && t(`events.${course}`),
    amplitude && t("events.upTo", { value: amplitude }),
    quality && t(`quality.${quality}`),
    kind && isExperimental(kind) && t("experimental.name"),
  ];
  return (
    <span>
      <span>{eventName(event, registry, language)}</span>{" "}
      <span className={styles.rest} title={amplitude && unitName}>
        {rest.filter(Boolean).join(", ")}
      </span>
    </span>
  );
}
