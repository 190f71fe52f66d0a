import { ConnectionQuality } from "livekit-client";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ChartsPanel } from "../../analysis/charts/ChartsPanel";
import { liveSource } from "../../analysis/charts/timeSource";
import { ALL_LAYERS, type Layers } from "../../analysis/overlay/layers";
import type { AnalysisStore } from "../../analysis/stream/analysisStore";
import { useOfSnapshot, useSnapshot } from "../../analysis/stream/useSnapshot";
import { useChoices } from "../../analysis/values/choices";
import { EventList } from "../../analysis/values/EventList";
import { NowPanel } from "../../analysis/values/NowPanel";
import type { Api, Session } from "../../api";
import { WorkPage } from "../../components";
import {
  AudioOutput,
  type LocalMedia,
  phaseSentence,
  useConsultationRoom,
  useLocalMedia,
  useRemoteSeat,
  useWakeLock,
} from "../../room";
import { CallFacts } from "./CallFacts";
import { weaker } from "./ConnectionMark";
import { Controls } from "./Controls";
import { callState, isCall, measuresNothing } from "./callState";
import styles from "./consultation.module.css";
import { clockOffsetMs, eventClockMs } from "./elapsed";
import { Notices } from "./Notices";
import { Stage } from "./Stage";
import { useSteering } from "./steering";
import { useAnalysis } from "./useAnalysis";
import "../../analysis/quality.css";

const CHOICES = { page: "call", chartsAtFirst: 1 } as const;

export function Call({ session, api }: { session: Session; api: Api }) {
  const { t } = useTranslation("consultation");
  const media = useLocalMedia();
  const { room, phase, rejoin } = useConsultationRoom({
    api,
    sessionId: session.id,
    active: isCall(session),
    media,
    stampFrames: false,
  });
  const steering = useSteering(room, session.id);
  const store = useAnalysis(room, steering);
  const registry = useOfSnapshot(store, (now) => now.registry);
  const choices = useChoices(registry, CHOICES);
  const patient = useRemoteSeat(room, { role: "patient", identity: session.patient.identity });
  const [layers, setLayers] = useState<Layers>(ALL_LAYERS);
  useOwnMedia(media, isCall(session) && !session.sample);
  useWakeLock(isCall(session));

  const latestSession = useRef(session);
  latestSession.current = session;
  const source = useMemo(
    () => liveSource(store, () => clockOffsetMs(latestSession.current, store, store.run)),
    [store],
  );
  const state = useOfSnapshot(store, (now) => callState(session, now));
  const isElsewhere = phase.name === "elsewhere";
  const stateHere = isElsewhere ? undefined : state;
  const unmeasured = measuresNothing(state) ? t(`sentences.${state}`) : undefined;
  const ownQuality = room.localParticipant.connectionQuality;
  const quality = isElsewhere
    ? ConnectionQuality.Unknown
    : weaker(ownQuality, patient?.quality ?? ownQuality);

  return (
    <WorkPage
      title={t("header.session", { id: session.short_id })}
      badge={session.sample ? t("header.sample") : undefined}
      home={{ to: "/practitioner", label: t("header.all") }}
      facts={<CallFacts session={session} state={stateHere} store={store} quality={quality} />}
      footer={<Controls session={session} api={api} media={media} steering={steering} />}
      className={styles.call}
    >
      <div className={styles.left}>
        <Notices
          room={room}
          phase={phase}
          rejoin={rejoin}
          media={media}
          state={state}
          store={store}
        />
        <Stage
          session={session}
          api={api}
          state={stateHere}
          patient={patient}
          media={media}
          store={store}
          layers={layers}
          onLayers={setLayers}
          steering={steering}
        />
      </div>
      <div className={styles.right}>
        <NowPanel
          store={store}
          choices={choices}
          silence={isElsewhere ? phaseSentence(t, phase) : unmeasured}
          clockMs={source.clockMs}
        />
        <CallEvents session={session} store={store} />
      </div>
      <div className={styles.charts}>
        <ChartsPanel
          title={t(
            measuresNothing(state) ? "analysis:charts.lastMeasured" : "analysis:charts.last",
          )}
          source={source}
          charts={choices.charts}
          chosen={choices.headlines}
          mostLanes={7}
          keepsHeight
        />
      </div>
      <AudioOutput track={patient?.audio ?? null} loudspeaker={media.loudspeaker} />
    </WorkPage>
  );
}

function CallEvents({ session, store }: { session: Session; store: AnalysisStore }) {
  const { events, registry, atMs } = useSnapshot(store);
  return (
    <EventList
      events={events}
      registry={registry}
      timeOf={(event) => eventClockMs(session, store, event)}
      stoppedAt={(event) => store.stoppedAt(event.origin?.run ?? 0, atMs)}
    />
  );
}

/** Camera and microphone go on with the call; a sample patient sees and hears nothing. */
function useOwnMedia(media: LocalMedia, isWanted: boolean) {
  useEffect(() => {
    if (!isWanted) return;
    void media.camera.setOn(true);
    void media.microphone.setOn(true);
  }, [media, isWanted]);
}
