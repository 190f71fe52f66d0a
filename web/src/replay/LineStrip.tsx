import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { formatClock } from "../analysis/values/format";
import { currentLanguage } from "../i18n";
import { type LineSecond, lineAt, weakStretches } from "./lineHistory";
import type { Playback } from "./playback";
import type { Recording } from "./recording";
import styles from "./replay.module.css";

/** How the family's picture reached the analysis: at the cursor in numbers, and over the whole call
 *  where it was weak. Nothing for a file, which came over no line. */
export function LineStrip({ recording, playback }: { recording: Recording; playback: Playback }) {
  const { t } = useTranslation("replay");
  const [history, setHistory] = useState<readonly LineSecond[]>([]);
  useEffect(() => {
    let isOver = false;
    // Without it the replay is whole all the same.
    recording.lineHistory().then(
      (loaded) => isOver || setHistory(loaded),
      () => {},
    );
    return () => {
      isOver = true;
    };
  }, [recording]);
  if (history.length === 0) return null;
  const at = lineAt(history, playback.positionMs);
  const weak = weakStretches(history);
  const duration = Math.max(1, recording.manifest.duration_ms);
  const share = (tMs: number) => `${(100 * Math.min(Math.max(0, tMs), duration)) / duration}%`;
  return (
    <section className={styles.line} aria-label={t("line.title")}>
      <div className={styles.lineTrack} aria-hidden="true">
        {weak.map(({ fromMs, toMs }) => (
          <div
            key={fromMs}
            className={styles.weak}
            style={{ left: share(fromMs), width: share(toMs - fromMs) }}
            title={t("line.weakFrom", { from: formatClock(fromMs), to: formatClock(toMs) })}
          />
        ))}
      </div>
      <p className="quiet">
        <span>{at ? t("line.at", inWords(at)) : t("line.none")}</span>{" "}
        <span>{t("line.weak", { count: weak.length })}</span>
      </p>
    </section>
  );
}

function inWords({ hz, lostPercent, jitterMs, roundTripMs, kbps }: LineSecond) {
  const whole = new Intl.NumberFormat(currentLanguage(), { maximumFractionDigits: 0 });
  const share = new Intl.NumberFormat(currentLanguage(), {
    style: "percent",
    maximumFractionDigits: 1,
  });
  return {
    hz: whole.format(hz),
    lost: share.format(lostPercent / 100),
    jitter: whole.format(jitterMs),
    roundTrip: whole.format(roundTripMs),
    kbps: whole.format(kbps),
  };
}
