import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Choices, toggled } from "../analysis/values/choices";
import { firstSentence, formatMoment } from "../analysis/values/format";
import { measuresByGroup } from "../analysis/values/groups";
import { Interval } from "../analysis/values/Interval";
import { QualityLegend } from "../analysis/values/QualityLegend";
import { QualityMark } from "../analysis/values/QualityMark";
import { type Reading, readValue } from "../analysis/values/reading";
import { UnitLegend } from "../analysis/values/UnitLegend";
import { useUnitName } from "../analysis/values/useUnitName";
import { IconButton, Panel, StatusLine } from "../components";
import { currentLanguage } from "../i18n";
import type { Playback } from "./playback";
import type { Recording } from "./recording";
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

  const copy = async (reading: Reading) => {
    const text = `${at} ${reading.label}: ${inWords(reading, t)}`;
    await navigator.clipboard.writeText(text);
    setCopied(t("values.copied", { text }));
  };
  const heard = registry.measures.map((_, measure) =>
    recording.valueAt(measure, playback.positionMs),
  );
  const isNothing = heard.every((value) => value === undefined);
  return (
    <Panel id="cursor" title={t("values.title", { time: at })} className={styles.cursor}>
      <StatusLine className="visually-hidden">{copied}</StatusLine>
      {isNothing && <p className="quiet">{nothingAt(recording, playback.positionMs, t)}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it. */}
      <div className={styles.values} tabIndex={0}>
        {measuresByGroup(registry).map(({ group, measures }) => (
          <table key={group} className={styles.table}>
            <caption>{t(`analysis:groups.${group}`, { defaultValue: group })}</caption>
            <tbody>
              {measures.map((measure) => {
                const reading = readValue(heard[measure], registry, measure, language);
                return (
                  reading && (
                    <Row
                      key={measure}
                      reading={reading}
                      none={isNothing ? "—" : t("values.none")}
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
      </div>
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
function inWords({ value, interval, quality }: Reading, t: TFunction<"replay">): string {
  const validity = [
    interval && `${t("analysis:now.interval")} ${interval}`,
    t(`analysis:quality.${quality}`),
  ];
  return [value, ...validity].filter(Boolean).join(", ");
}

interface RowProps {
  reading: Reading;
  /** In the place of a value without a reason. */
  none: string;
  choices: Choices;
  onCopy: (reading: Reading) => Promise<void>;
}

function Row({ reading, none, choices, onCopy }: RowProps) {
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
          {label}
        </label>
      </th>
      {value === undefined ? (
        <td colSpan={2} className={styles.why} title={why?.join(" ")}>
          {why?.[0] ? firstSentence(why[0]) : none}
        </td>
      ) : (
        <>
          <td className={styles.value} title={unitName}>
            {value}
            <Interval interval={interval} unit={info.unit} />
          </td>
          <td className={styles.copy}>
            <IconButton
              icon="copy"
              label={t("values.copy", { label, value })}
              onPress={() => void onCopy(reading)}
            />
          </td>
        </>
      )}
      <td className={styles.mark}>
        <QualityMark quality={quality} />
      </td>
    </tr>
  );
}
