import { Slider, SliderThumb, SliderTrack } from "react-aria-components";
import { useTranslation } from "react-i18next";
import type { TimeRange } from "../analysis/charts/timeSource";
import { formatClock } from "../analysis/values/format";
import type { Gap } from "./api";
import type { Playback } from "./playback";
import type { Recording } from "./recording";
import styles from "./replay.module.css";

interface MinimapProps {
  recording: Recording;
  playback: Playback;
  page: TimeRange;
}

/** The whole session in one line: events, the stretch shown above, and gaps with their reasons. */
export function Minimap({ recording, playback, page }: MinimapProps) {
  const { t } = useTranslation("replay");
  const { manifest, events } = recording;
  const duration = Math.max(1, manifest.duration_ms);
  const share = (tMs: number) => `${(100 * Math.min(Math.max(0, tMs), duration)) / duration}%`;
  const span = (fromMs: number, toMs: number) => ({
    left: share(fromMs),
    width: share(Math.min(toMs, duration) - fromMs),
  });
  return (
    <div className={styles.minimap}>
      <Slider
        aria-label={t("minimap.label")}
        minValue={0}
        maxValue={duration}
        step={1}
        value={Math.round(playback.positionMs)}
        onChange={(tMs) => playback.seek(tMs as number)}
        formatOptions={{ maximumFractionDigits: 0 }}
      >
        <SliderTrack className={styles.track}>
          <div className={styles.shownPage} style={span(page.fromMs, page.toMs)} />
          {manifest.gaps.map((gap) => (
            <div
              key={gap.from_ms}
              className={styles.gap}
              style={span(gap.from_ms, gap.to_ms)}
              title={gapText(gap)}
            />
          ))}
          {events.map((event) => (
            <div
              key={`${event.origin?.run}/${event.id}`}
              className={styles.tick}
              style={{ left: share(event.onsetMs) }}
            />
          ))}
          <SliderThumb className={styles.thumb} aria-label={t("minimap.label")} />
        </SliderTrack>
      </Slider>
      {manifest.gaps.length > 0 && (
        <details className={styles.gaps}>
          <summary>{t("minimap.gaps", { count: manifest.gaps.length })}</summary>
          <ul>
            {manifest.gaps.map((gap) => (
              <li key={gap.from_ms}>{gapText(gap)}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );

  function gapText({ from_ms, to_ms, reason }: Gap): string {
    const why = t(`gaps.${reason}`, { defaultValue: reason });
    return `${formatClock(from_ms)}–${formatClock(to_ms)}: ${why}`;
  }
}
