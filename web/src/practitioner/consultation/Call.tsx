import { ConnectionQuality } from "livekit-client";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ChartsPanel } from "../../analysis/charts/ChartsPanel";
import { liveSource } from "../../analysis/charts/timeSource";
import { ALL_LAYERS, type Layers } from "../../analysis/overlay/layers";
import type { AnalysisStore } from "../../analysis/stream/analysisStore";
import { useOfSnapshot, useSnapshot } from "../../analysis/stream/useSnapshot";
import { AllMeasures } from "../../analysis/values/AllMeasures";
import { useChoices } from "../../analysis/values/choices";
import { EventList } from "../../analysis/values/EventList";
import { plainly } from "../../analysis/values/format";
import { NowPanel } from "../../analysis/values/NowPanel";
import type { Api, Session } from "../../api";
import { ChatPanel, useChat } from "../../chat";
import {
  AudioOutput,
  type LocalMedia,
  phaseSentence,
  SeatsAudio,
  useConsultationRoom,
  useDevice,
  useLocalMedia,
  useRemoteSeat,
  useRemoteSeats,
  useWakeLock,
} from "../../room";
import { NotesPanel } from "../notes/NotesPanel";
import { useNotes } from "../notes/useNotes";
import { CallFacts } from "./CallFacts";
import { CallFrame } from "./CallFrame";
import { weaker } from "./ConnectionMark";
import { Controls } from "./Controls";
import { callState, isCall, measuresNothing, withCamera } from "./callState";
import styles from "./consultation.module.css";
import { clockOffsetMs, eventClockMs } from "./elapsed";
import frame from "./frame.module.css";
import { KeysDialog } from "./KeysDialog";
import { useEscape, useKeysOn, useSingleKeys, VIEW_KEYS } from "./keys";
import { LeaveLink } from "./LeaveLink";
import { Notices } from "./Notices";
import { Stage } from "./Stage";
import { useSteering } from "./steering";
import { useAnalysis } from "./useAnalysis";
import { type CallView, useCallView } from "./view";
import "../../analysis/quality.css";

const CHOICES = { page: "call", chartsAtFirst: 1 } as const;

interface CallProps {
  session: Session;
  /** What the page knows of the session may be old. */
  isServiceLost: boolean;
  api: Api;
}

export function Call({ session, isServiceLost, api }: CallProps) {
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
  const chat = useChat(room);
  const [hasNotesOpen, setNotesOpen] = useState(false);
  const notes = useNotes(api, session.id, hasNotesOpen);
  const openChat = (isOpen: boolean) => {
    chat.setOpen(isOpen);
    setNotesOpen(false);
  };
  const openNotes = (isOpen: boolean) => {
    chat.setOpen(false);
    setNotesOpen(isOpen);
  };
  const isWriting = chat.isOpen || hasNotesOpen;
  const patient = useRemoteSeat(room, { role: "patient", identity: session.patient.identity });
  const colleagues = useRemoteSeats(room, "practitioner");
  const [layers, setLayers] = useState<Layers>(ALL_LAYERS);
  const view = useCallView();
  const [hasKeys, setHasKeys] = useKeysOn();
  const [isHelpOpen, setHelpOpen] = useState(false);
  useViewKeys(view, hasKeys, () => setHelpOpen(true));
  const observes = session.i_am === "observer";
  useOwnMedia(media, isCall(session) && !session.sample && !observes);
  useWakeLock(isCall(session));

  const latestSession = useRef(session);
  latestSession.current = session;
  const source = useMemo(
    () => liveSource(store, () => clockOffsetMs(latestSession.current, store, store.run)),
    [store],
  );
  const agentState = useOfSnapshot(store, (now) => callState(session, now));
  const state = withCamera(agentState, patient?.hasCameraOff ?? false);
  const isElsewhere = phase.name === "elsewhere";
  const stateHere = isElsewhere ? undefined : state;
  const unmeasured = measuresNothing(state) ? t(`sentences.${state}`) : undefined;
  const ownQuality = room.localParticipant.connectionQuality;
  const quality = isElsewhere
    ? ConnectionQuality.Unknown
    : weaker(ownQuality, patient?.quality ?? ownQuality);

  const tracks = {
    receivedPicture: patient?.video ?? null,
    receivedSound: patient?.audio ?? null,
    sentPicture: useDevice(media.camera).track,
    sentSound: useDevice(media.microphone).track,
  };

  const isPatientHere = session.patient.state === "joined";
  const side = sidePanels();
  return (
    <CallFrame
      title={t("header.session", { id: session.short_id })}
      badge={session.sample ? t("header.sample") : undefined}
      home={<LeaveLink isInCall={isCall(session) && isPatientHere && !isElsewhere} />}
      facts={
        <CallFacts
          session={session}
          state={stateHere}
          store={store}
          quality={quality}
          tracks={tracks}
        />
      }
      stage={
        <Stage
          session={session}
          api={api}
          state={stateHere}
          patient={patient}
          colleagues={colleagues}
          media={media}
          store={store}
          layers={layers}
          onLayers={setLayers}
          steering={steering}
          view={view}
          onHelp={() => setHelpOpen(true)}
          className={frame.stage}
        >
          <Notices
            room={room}
            phase={phase}
            rejoin={rejoin}
            media={media}
            state={state}
            store={store}
            isServiceLost={isServiceLost}
            isLineWeak={quality === ConnectionQuality.Poor || quality === ConnectionQuality.Lost}
            isOverPicture={patient?.video != null}
          />
        </Stage>
      }
      side={side}
      charts={
        view.panels.has("charts") ? (
          <ChartsPanel
            title={t(
              measuresNothing(state) ? "analysis:charts.lastMeasured" : "analysis:charts.last",
            )}
            source={source}
            charts={choices.charts}
            chosen={choices.headlines}
            mostLanes={7}
            keepsHeight
            shownAs={plainly}
            onHide={() => view.hide("charts")}
          />
        ) : undefined
      }
      isStageAlone={view.isAlone}
      controls={
        <>
          <Controls
            session={session}
            api={api}
            media={media}
            steering={steering}
            hasKeys={hasKeys}
            chat={chat}
            onChat={openChat}
            hasNotesOpen={hasNotesOpen}
            onNotes={openNotes}
            isColleagueSharing={colleagues.some(({ screen }) => screen)}
          />
          <AudioOutput track={patient?.audio ?? null} loudspeaker={media.loudspeaker} />
          <SeatsAudio seats={colleagues} loudspeaker={media.loudspeaker} />
          <KeysDialog
            isOpen={isHelpOpen}
            onOpenChange={setHelpOpen}
            isOn={hasKeys}
            onChange={setHasKeys}
          />
        </>
      }
    />
  );

  function sidePanels() {
    const shared = { store, choices, silence: isElsewhere ? phaseSentence(t, phase) : unmeasured };
    if (view.isAllOpen && registry && !isWriting) {
      return <AllMeasures {...shared} registry={registry} onClose={() => view.setAllOpen(false)} />;
    }
    const hasNow = view.panels.has("now");
    const hasEvents = view.panels.has("events") && !isWriting;
    if (!hasNow && !hasEvents && !isWriting) return undefined;
    return (
      <>
        {hasNow && (
          <NowPanel
            {...shared}
            clockMs={source.clockMs}
            onAll={() => {
              openChat(false);
              view.setAllOpen(true);
            }}
            isBackFromAll={view.isBackFromAll}
            onHide={() => view.hide("now")}
          />
        )}
        {hasEvents && (
          <CallEvents session={session} store={store} onHide={() => view.hide("events")} />
        )}
        {chat.isOpen && <ChatPanel chat={chat} side="practice" className={styles.writing} />}
        {hasNotesOpen && (
          <NotesPanel notes={notes} onHide={() => setNotesOpen(false)} className={styles.writing} />
        )}
      </>
    );
  }
}

interface CallEventsProps {
  session: Session;
  store: AnalysisStore;
  onHide: () => void;
}

function CallEvents({ session, store, onHide }: CallEventsProps) {
  const { events, registry, atMs } = useSnapshot(store);
  return (
    <EventList
      events={events}
      registry={registry}
      timeOf={(event) => eventClockMs(session, store, event)}
      stoppedAt={(event) => store.stoppedAt(event.origin?.run ?? 0, atMs)}
      className={styles.events}
      onHide={onHide}
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

function useViewKeys(view: CallView, isOn: boolean, onHelp: () => void) {
  useSingleKeys(isOn, (key) => {
    if (key === VIEW_KEYS.alone) view.setAlone(!view.isAlone);
    else if (key === VIEW_KEYS.fullScreen && view.canFullScreen) view.toggleFullScreen();
    else if (key === VIEW_KEYS.help) onHelp();
    else return false;
    return true;
  });
  useEscape(view.isAlone, () => view.setAlone(false));
}
