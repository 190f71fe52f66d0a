import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { ChartsPanel } from "../analysis/charts/ChartsPanel";
import { ALL_LAYERS, type Layers } from "../analysis/overlay/layers";
import { useChoices } from "../analysis/values/choices";
import { EventList } from "../analysis/values/EventList";
import { Notice, WorkPage } from "../components";
import { LayersMenu } from "../practitioner/consultation/LayersMenu";
import { CursorPanel } from "./CursorPanel";
import { useReplayKeys } from "./keys";
import { LineStrip } from "./LineStrip";
import { Minimap } from "./Minimap";
import { ONE_FRAME_MS, Playback } from "./playback";
import { ReplayStage } from "./ReplayStage";
import type { Recording } from "./recording";
import styles from "./replay.module.css";
import { replaySource, ZOOMS_MS } from "./source";
import { Transport } from "./Transport";

const FIRST_ZOOM_MS = 60_000;
const CHOICES = { page: "replay", chartsAtFirst: 6 } as const;

interface ReplayViewProps {
  recording: Recording;
  home?: { to: string; label: string } | undefined;
}

export function ReplayView({ recording, home }: ReplayViewProps) {
  const { t } = useTranslation("replay");
  const { manifest } = recording;
  const [playback] = useState(
    () =>
      new Playback(
        manifest.duration_ms,
        manifest.video_offset_ms,
        Math.min(recording.firstMs + ONE_FRAME_MS, manifest.duration_ms),
      ),
  );
  const [layers, setLayers] = useState<Layers>(ALL_LAYERS);
  const [zoomMs, setZoomMs] = useState<number>(
    manifest.duration_ms <= FIRST_ZOOM_MS ? 0 : FIRST_ZOOM_MS,
  );
  const latestZoom = useRef(zoomMs);
  latestZoom.current = zoomMs;
  const source = useMemo(
    () => replaySource(recording, playback, () => latestZoom.current),
    [recording, playback],
  );
  const choices = useChoices(recording.registry, CHOICES);
  useReplayKeys(recording, playback);
  useSyncExternalStore(playback.subscribe, playback.snapshot);
  useSyncExternalStore(recording.subscribe, recording.snapshot);
  useEffect(() => {
    document.title = `${t("title")} – e-PediCare`;
  }, [t]);
  useEffect(() => () => playback.pause(), [playback]);

  return (
    <WorkPage
      title={t("heading", { id: manifest.session_id.slice(0, 4) })}
      facts={<p className={`quiet ${styles.clock}`}>{t("clock")}</p>}
      home={home}
      badge={manifest.sample ? t("sample") : undefined}
      footer={
        <>
          <Minimap recording={recording} playback={playback} page={source.range()} />
          <LineStrip recording={recording} playback={playback} />
          <Transport
            recording={recording}
            playback={playback}
            zoomMs={zoomMs}
            zooms={ZOOMS_MS}
            onZoom={setZoomMs}
            source={source}
            charts={choices.charts}
          />
        </>
      }
      className={styles.replay}
    >
      <div className={styles.left}>
        {manifest.has_video && !manifest.is_same_video && <Notice>{t("otherVideo")}</Notice>}
        <ReplayStage recording={recording} playback={playback} layers={layers}>
          <LayersMenu layers={layers} onChange={setLayers} />
        </ReplayStage>
        <CursorPanel recording={recording} playback={playback} choices={choices} />
      </div>
      <div className={styles.right}>
        <ChartsPanel
          title={t("series")}
          source={source}
          charts={choices.charts}
          chosen={choices.headlines}
          mostLanes={12}
        />
        <EventList
          events={recording.events}
          registry={recording.registry}
          timeOf={({ onsetMs }) => onsetMs}
          stoppedAt={(event) => recording.stoppedAt(event)}
          newestFirst={false}
          longest={recording.events.length}
          onSelect={({ onsetMs }) => playback.seek(onsetMs)}
        />
      </div>
    </WorkPage>
  );
}
