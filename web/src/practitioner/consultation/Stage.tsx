import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Layers } from "../../analysis/overlay/layers";
import { OverlayCanvas } from "../../analysis/overlay/OverlayCanvas";
import frame from "../../analysis/overlay/stage.module.css";
import type { View } from "../../analysis/overlay/surface";
import type { AnalysisStore } from "../../analysis/stream/analysisStore";
import type { Api, Session } from "../../api";
import { type LocalMedia, type RemoteSeat, useDevice, VideoView } from "../../room";
import type { CallState } from "./callState";
import styles from "./consultation.module.css";
import { LayersMenu } from "./LayersMenu";
import { People } from "./People";
import { StageCard } from "./StageCard";
import type { Steering } from "./steering";

const VIEW: View = { fit: "contain", mirrored: false };

interface StageProps {
  session: Session;
  api: Api;
  /** undefined: the call is not on this page. */
  state: CallState | undefined;
  patient: RemoteSeat | null;
  media: LocalMedia;
  store: AnalysisStore;
  layers: Layers;
  onLayers: (layers: Layers) => void;
  steering: Steering;
}

/** The child, as large as the window allows, with the overlays over the picture. */
export function Stage(props: StageProps) {
  const { session, api, state, patient, media, store, layers, onLayers, steering } = props;
  const { t } = useTranslation("consultation");
  const video = useRef<HTMLVideoElement>(null);
  const own = useDevice(media.camera);
  const picture = patient?.video ?? null;
  return (
    <section className={`${frame.stage} ${styles.stage}`} aria-label={t("stage.label")}>
      <VideoView
        ref={video}
        track={picture}
        label={t("stage.patient")}
        className={picture ? frame.video : styles.hidden}
      />
      {picture && (
        <OverlayCanvas
          video={video}
          picture={picture}
          sound={patient?.audio ?? null}
          store={store}
          layers={layers}
          view={VIEW}
        />
      )}
      {!picture && state && (
        <StageCard session={session} api={api} state={state} isHere={patient !== null} />
      )}
      <div className={frame.foot}>
        {picture && <LayersMenu layers={layers} onChange={onLayers} />}
        {picture && <People store={store} steering={steering} />}
      </div>
      {own.isOn && own.track && (
        <div className={styles.own}>
          <VideoView
            track={own.track}
            label={t("stage.own")}
            mirrored
            className={styles.ownVideo}
          />
        </div>
      )}
    </section>
  );
}
