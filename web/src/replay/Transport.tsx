import { Toolbar } from "react-aria-components";
import { useTranslation } from "react-i18next";
import type { TimeSource } from "../analysis/charts/timeSource";
import { formatClock, formatMoment, formatNumber } from "../analysis/values/format";
import { indicesOf } from "../analysis/values/groups";
import { Button, IconButton, Select } from "../components";
import { currentLanguage } from "../i18n";
import { downloadCsv } from "./csv";
import { neighbouringOnset } from "./keys";
import { type Playback, SPEEDS } from "./playback";
import type { Recording } from "./recording";
import styles from "./replay.module.css";

interface TransportProps {
  recording: Recording;
  playback: Playback;
  zoomMs: number;
  zooms: readonly number[];
  onZoom: (zoomMs: number) => void;
  source: TimeSource;
  charts: ReadonlySet<string>;
}

export function Transport(props: TransportProps) {
  const { recording, playback, zoomMs, zooms, onZoom, source, charts } = props;
  const { t } = useTranslation("replay");
  const language = currentLanguage();
  const at = playback.positionMs;
  const goToEvent = (direction: -1 | 1) => {
    const onset = neighbouringOnset(recording.events, at, direction);
    if (onset !== undefined) playback.seek(onset);
  };
  const step = (direction: -1 | 1) => {
    playback.pause();
    playback.seek(recording.neighbour(at, direction));
  };
  return (
    <Toolbar className={styles.transport} aria-label={t("transport.label")}>
      <Button
        look="primary"
        icon={playback.isPlaying ? "pause" : "play"}
        onPress={() => playback.toggle()}
      >
        <span className={styles.playText}>
          {t(playback.isPlaying ? "transport.pause" : "transport.play")}
        </span>
      </Button>
      <Button onPress={() => step(-1)}>
        <span aria-hidden="true">−1</span>
        <span className="visually-hidden">{t("transport.frameBack")}</span>
      </Button>
      <Button onPress={() => step(1)}>
        <span aria-hidden="true">+1</span>
        <span className="visually-hidden">{t("transport.frameForward")}</span>
      </Button>
      <IconButton
        icon="back"
        look="secondary"
        label={t("transport.eventBack")}
        onPress={() => goToEvent(-1)}
      />
      <span className={styles.flipped}>
        <IconButton
          icon="back"
          look="secondary"
          label={t("transport.eventForward")}
          onPress={() => goToEvent(1)}
        />
      </span>
      <span className={styles.time} translate="no">
        <span>{formatMoment(at)}</span>
        <span className={styles.total}>{` / ${formatClock(recording.manifest.duration_ms)}`}</span>
      </span>
      <span className={styles.wideOnly}>
        <Select
          label={t("transport.speed")}
          options={SPEEDS.map((speed) => ({
            id: String(speed),
            label: `${formatNumber(speed, Number.isInteger(speed) ? 0 : speed === 0.5 ? 1 : 2, language)} ×`,
          }))}
          value={String(playback.speed)}
          onChange={(speed) => playback.setSpeed(Number(speed))}
        />
      </span>
      <span className={styles.wideOnly}>
        <Select
          label={t("transport.zoom")}
          options={zooms.map((zoom) => ({ id: String(zoom), label: t(`zooms.${zoom}`) }))}
          value={String(zoomMs)}
          onChange={(zoom) => onZoom(Number(zoom))}
        />
      </span>
      <span className={styles.wideOnly}>
        <Button
          isDisabled={source.unknown(source.range()).length > 0}
          onPress={() => {
            const { registry } = recording;
            if (registry) downloadCsv(source, registry, indicesOf(registry, charts));
          }}
        >
          {t("transport.csv")}
        </Button>
      </span>
      <p className={styles.keys}>{t("transport.keys")}</p>
    </Toolbar>
  );
}
