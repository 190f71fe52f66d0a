import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Choices, toggled } from "../analysis/values/choices";
import { Experimental } from "../analysis/values/Experimental";
import { isExperimental } from "../analysis/values/evidence";
import { firstSentence, formatMoment } from "../analysis/values/format";
import { measuresByGroup } from "../analysis/values/groups";
import { Interval } from "../analysis/values/Interval";
import { QualityLegend } from "../analysis/values/QualityLegend";
import { QualityMark } from "../analysis/values/QualityMark";
import { type Reading, readValue } from "../analysis/values/reading";
import { UnitLegend } from "../analysis/values/UnitLegend";
import { useUnitName } from "../analysis/values/useUnitName";
import { headingOf, IconButton, Panel, ScrollArea, StatusLine } from "../components";
import { currentLanguage } from "../i18n";
import type { Playback } from "./playback";
import type { Moment, Recording } from "./recording";
import styles from "./replay.module.css";

interface CursorPanelProps {
  recording: Recording;
  playback: Playback;
  choices: Choices;
}

/** Every measure at the cursor, to be copied or drawn as a series. */
export function CursorPanel({ recording, playback, choices }: CursorPanelProps) {
  const { t } = useTranslation("replay");
  const [copied, setCopied] = useState("");
  const { registry } = recording;
  const language = currentLanguage();
  const at = formatMoment(playback.positionMs);
  if (registry === undefined) return <p className="quiet">{t("noRegistry")}</p>;

  const copy = async (reading: Reading, windowMs: number) => {
    const experimental = isExperimental(reading.info)
      ? ` (${t("analysis:experimental.name")})`
      : "";
    const text = `${at} ${reading.label}${experimental}: ${inWords(reading, windowMs, t)}`;
    await navigator.clipboard.writeText(text);
    setCopied(t("values.copied", { text }));
  };
  const moments = registry.measures.map((_, measure) =>
    recording.momentOf(measure, playback.positionMs),
  );
  const here = { fromMs: playback.positionMs, toMs: playback.positionMs };
  const isLoading = recording.loadingIn(here).length > 0;
  const isEarly = playback.positionMs < recording.firstMs;
  const isNothing = !isLoading && moments.every(({ value }) => value === undefined);
  return (
    <Panel id="cursor" title={t("values.title", { time: at })} className={styles.cursor}>
      <StatusLine className="visually-hidden">{copied}</StatusLine>
      {isNothing && <p className="quiet">{nothingAt(recording, playback.positionMs, t)}</p>}
      <ScrollArea labelledBy={headingOf("cursor")} className={styles.values}>
        {measuresByGroup(registry).map(({ group, measures }) => (
          <table key={group} className={styles.table}>
            <caption>{t(`analysis:groups.${group}`, { defaultValue: group })}</caption>
            <tbody>
              {measures.map((measure) => {
                const { value, windowMs } = moments[measure] as Moment;
                const reading = readValue(value, registry, measure, language);
                return (
                  reading && (
                    <Row
                      key={measure}
                      reading={reading}
                      windowMs={windowMs}
                      isLoading={isLoading}
                      none={isNothing ? "—" : t(isEarly ? "values.noneYet" : "values.none")}
                      choices={choices}
                      onCopy={copy}
                    />
                  )
                );
              })}
            </tbody>
          </table>
        ))}
        <UnitLegend units={registry.measures.map(({ unit }) => unit)} />
      </ScrollArea>
      <QualityLegend />
    </Panel>
  );
}

function nothingAt(recording: Recording, tMs: number, t: TFunction<"replay">): string {
  const gap = recording.gapAt(tMs);
  if (gap) return t("values.inGap", { why: t(`gaps.${gap.reason}`, { defaultValue: gap.reason }) });
  return t(tMs < recording.firstMs ? "values.notYet" : "values.nothing");
}

/** A value does not leave the page without how far it can be trusted. */
function inWords(
  { value, interval, quality }: Reading,
  windowMs: number,
  t: TFunction<"replay">,
): string {
  const validity = [
    takenOver(windowMs, t),
    interval && `${t("analysis:now.interval")} ${interval}`,
    t(`analysis:quality.${quality}`),
  ];
  return [value, ...validity].filter(Boolean).join(", ");
}

function takenOver(windowMs: number, t: TFunction<"replay">): string {
  return windowMs === 0 ? t("values.onFrame") : t("values.over", { seconds: windowMs / 1000 });
}

interface RowProps {
  reading: Reading;
  windowMs: number;
  isLoading: boolean;
  /** In the place of a value without a reason. */
  none: string;
  choices: Choices;
  onCopy: (reading: Reading, windowMs: number) => Promise<void>;
}

function Row({ reading, windowMs, isLoading, none, choices, onCopy }: RowProps) {
  const { t } = useTranslation("replay");
  const { info, label, value, interval, why, quality } = reading;
  const unitName = useUnitName(info.unit);
  const isDrawn = choices.charts.has(info.id);
  const toggle = () => choices.setCharts(toggled(choices.charts, info.id));
  return (
    <tr>
      <th scope="row">
        <label className={styles.drawn}>
          <input
            type="checkbox"
            checked={isDrawn}
            onChange={toggle}
            aria-label={t("values.draw", { label })}
          />
          <span>
            <span>{label}</span> <Experimental of={info} />
          </span>
        </label>
      </th>
      {isLoading ? (
        <td colSpan={2} className={styles.why}>
          {t("analysis:unknown.loading")}
        </td>
      ) : value === undefined ? (
        <td colSpan={2} className={styles.why} title={why?.join(" ")}>
          {why?.[0] ? firstSentence(why[0]) : none}
        </td>
      ) : (
        <>
          <td className={styles.value} title={unitName}>
            <span translate="no">{value}</span>
            <Interval interval={interval} unit={info.unit} />
            <span className={styles.over} title={takenOver(windowMs, t)}>
              <span aria-hidden="true">
                {windowMs === 0 ? t("values.frame") : `${windowMs / 1000} s`}
              </span>
              <span className="visually-hidden">{`, ${takenOver(windowMs, t)}`}</span>
            </span>
          </td>
          <td className={styles.copy}>
            <IconButton
              icon="copy"
              label={t("values.copy", { label, value })}
              onPress={() => void onCopy(reading, windowMs)}
            />
          </td>
        </>
      )}
      <td className={styles.mark}>{!isLoading && <QualityMark quality={quality} />}</td>
    </tr>
  );
}
