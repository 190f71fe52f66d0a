import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Api, Connection, Session } from "../api";
import { ChatPanel, useChat } from "../chat";
import { FailedPart, Guarded, LanguageSwitch, Part, StatusLine } from "../components";
import { SeatsAudio, useConsultationRoom, useRemoteSeats, useWakeLock, VideoView } from "../room";
import { AnalysisBadge } from "./AnalysisBadge";
import { CallControls } from "./CallControls";
import { CallNotices } from "./CallNotices";
import styles from "./call.module.css";
import { Mirror } from "./Mirror";
import { PractitionerPicture } from "./PractitionerPicture";
import type { PatientMedia } from "./usePatientMedia";
import { usePause } from "./usePause";
import { ViewTools } from "./ViewTools";
import { WhoIsHere } from "./WhoIsHere";

interface CallScreenProps {
  api: Api;
  session: Session;
  media: PatientMedia;
  connection: Connection;
  onLeave: () => void;
}

/** The room, the picture and the sound are here, and not in a part that may fail. */
export function CallScreen({ api, session, media, connection, onLeave }: CallScreenProps) {
  const { t } = useTranslation("patient");
  const consultation = useConsultationRoom({
    api,
    sessionId: session.id,
    active: true,
    media,
    stampFrames: true,
  });
  const practitioners = useRemoteSeats(consultation.room, "practitioner");
  const practitioner = practitioners.find(({ video }) => video) ?? practitioners[0] ?? null;
  const screen = practitioners.find((seat) => seat.screen)?.screen ?? null;
  const pause = usePause(api, session, media);
  const chat = useChat(consultation.room);
  const heading = useRef<HTMLHeadingElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  useWakeLock(true);
  useEffect(() => {
    document.title = `${t("call.title")} – e-PediCare`;
  }, [t]);

  const started = useRef(false);
  useEffect(() => {
    if (started.current) return;
    started.current = true;
    heading.current?.focus();
    media.start();
  }, [media]);

  const leave = () => {
    onLeave();
    // The room itself tells the service, should this not arrive.
    api.leave(session.id).catch(() => {});
  };

  const failedOverPicture = (
    <div className={styles.notices}>
      <FailedPart />
    </div>
  );
  return (
    <main className={styles.call} data-chat={chat.isOpen || undefined}>
      <h1 ref={heading} tabIndex={-1} className="visually-hidden">
        {t("call.title")}
      </h1>
      <header className={styles.top}>
        <Part>
          <AnalysisBadge session={session} connection={connection} />
          <WhoIsHere session={session} />
        </Part>
        <LanguageSwitch onStage />
      </header>
      <div className={styles.stage}>
        <div className={styles.picture} data-shared={screen !== null || undefined}>
          {screen && (
            <VideoView track={screen} label={t("call.screen")} className={styles.screen} />
          )}
          <PractitionerPicture
            seat={practitioner}
            isConnected={consultation.phase.name === "connected"}
            video={video}
          />
          <ViewTools video={video} hasPicture={practitioner?.video != null} />
          <StatusLine className="visually-hidden">
            {screen && <span>{t("call.shares")}</span>}
          </StatusLine>
        </div>
        <SeatsAudio seats={practitioners} loudspeaker={media.loudspeaker} />
        <Guarded fallback={failedOverPicture}>
          <Mirror media={media} small />
          <CallNotices consultation={consultation} media={media} pause={pause} chat={chat} />
        </Guarded>
      </div>
      {chat.isOpen && (
        <Part>
          <ChatPanel chat={chat} side="family" onStage className={styles.chat} />
        </Part>
      )}
      <Part>
        <CallControls
          api={api}
          session={session}
          connection={connection}
          media={media}
          pause={pause}
          chat={chat}
          onLeave={leave}
        />
      </Part>
    </main>
  );
}
