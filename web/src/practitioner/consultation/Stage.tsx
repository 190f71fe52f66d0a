import { Fragment, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Layers } from "../../analysis/overlay/layers";
import { OverlayCanvas } from "../../analysis/overlay/OverlayCanvas";
import frame from "../../analysis/overlay/stage.module.css";
import type { View } from "../../analysis/overlay/surface";
import type { AnalysisStore } from "../../analysis/stream/analysisStore";
import type { Api, Session } from "../../api";
import { Icon, StatusLine } from "../../components";
import {
  type LocalMedia,
  type RemoteSeat,
  useDevice,
  usePictureInPicture,
  useScreen,
  VideoView,
} from "../../room";
import type { CallState } from "./callState";
import { LayersMenu } from "./LayersMenu";
import { PanelsMenu } from "./PanelsMenu";
import { People } from "./People";
import { StageCard } from "./StageCard";
import { StageTools } from "./StageTools";
import styles from "./stage.module.css";
import type { Steering } from "./steering";
import type { CallView } from "./view";

const PICTURE: View = { fit: "contain", mirrored: false };

interface StageProps {
  session: Session;
  api: Api;
  /** undefined: the call is not on this page. */
  state: CallState | undefined;
  patient: RemoteSeat | null;
  /** Other practitioners who are seen and heard. */
  colleagues: RemoteSeat[];
  media: LocalMedia;
  store: AnalysisStore;
  layers: Layers;
  onLayers: (layers: Layers) => void;
  steering: Steering;
  view: CallView;
  onHelp: () => void;
  className: string | undefined;
  /** Notices, which lie over the picture's edge. */
  children: React.ReactNode;
}

/** The child, as large as the window allows, with the overlays over the picture. */
export function Stage(props: StageProps) {
  const { session, api, state, patient, media, store, layers, onLayers, steering, view } = props;
  const { t } = useTranslation("consultation");
  const video = useRef<HTMLVideoElement>(null);
  const picture = patient?.video ?? null;
  const ownWindow = usePictureInPicture(video);
  return (
    <section
      className={`${styles.stage} ${props.className ?? ""}`}
      data-alone={view.isAlone || undefined}
      aria-label={t("stage.label")}
    >
      {props.children}
      <div className={styles.box} data-picture={picture !== null || undefined}>
        <VideoView
          ref={video}
          track={picture}
          label={t("stage.patient")}
          className={picture ? frame.video : styles.hidden}
        />
        {picture && !ownWindow.isOn && (
          <OverlayCanvas
            video={video}
            picture={picture}
            sound={patient?.audio ?? null}
            store={store}
            layers={layers}
            view={PICTURE}
          />
        )}
        {!picture && state && (
          <StageCard
            session={session}
            api={api}
            state={state}
            isCameraOff={patient?.hasCameraOff ?? false}
          />
        )}
        {(picture || view.isAlone) && (
          <StageTools view={view} ownWindow={picture && ownWindow} onHelp={props.onHelp} />
        )}
        {!view.isAlone && (
          <>
            <div className={frame.foot}>
              {picture && <LayersMenu layers={layers} onChange={onLayers} />}
              {picture && <PanelsMenu view={view} />}
              {picture && session.i_am !== "observer" && (
                <People store={store} steering={steering} />
              )}
              <StatusLine className={styles.heard}>
                {patient?.isMicrophoneOff && (
                  <>
                    <Icon name="micOff" size={16} />
                    <span>{t("stage.microphoneOff")}</span>
                  </>
                )}
              </StatusLine>
            </div>
            <div className={styles.faces}>
              <OwnScreen media={media} />
              {props.colleagues.map(({ participant, video, screen }) => (
                <Fragment key={participant.identity}>
                  {screen && (
                    <VideoView
                      track={screen}
                      label={t("screen.ofColleague")}
                      className={styles.screen}
                    />
                  )}
                  {video && (
                    <VideoView
                      track={video}
                      label={t("stage.colleague")}
                      className={styles.ownVideo}
                    />
                  )}
                </Fragment>
              ))}
            </div>
            {view.panels.has("own") && <OwnPicture media={media} />}
          </>
        )}
      </div>
    </section>
  );
}

/** Small, so that the child stays the picture; said once to whoever does not see it. */
function OwnScreen({ media }: { media: LocalMedia }) {
  const { t } = useTranslation("consultation");
  const { video, sound } = useScreen(media.screen);
  return (
    <>
      {video && (
        <div className={styles.screen}>
          <VideoView track={video} label={t("screen.own")} />
          <p aria-hidden="true">{t(sound ? "screen.soundShort" : "screen.noSoundShort")}</p>
        </div>
      )}
      <StatusLine className="visually-hidden">
        {video && <span>{t(sound ? "screen.withSound" : "screen.withoutSound")}</span>}
      </StatusLine>
    </>
  );
}

function OwnPicture({ media }: { media: LocalMedia }) {
  const { t } = useTranslation("consultation");
  const own = useDevice(media.camera);
  if (!own.isOn || !own.track) return null;
  return (
    <div className={styles.own}>
      <VideoView track={own.track} label={t("stage.own")} mirrored className={styles.ownVideo} />
    </div>
  );
}
