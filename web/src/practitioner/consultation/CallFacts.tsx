import { ConnectionQuality } from "livekit-client";
import { useTranslation } from "react-i18next";
import type { AnalysisStore } from "../../analysis/stream/analysisStore";
import { formatClock } from "../../analysis/values/format";
import type { Session } from "../../api";
import type { LineTracks } from "../../room";
import { AgreedFact } from "./Agreed";
import { AnalysisDetails } from "./AnalysisDetails";
import type { CallState } from "./callState";
import styles from "./consultation.module.css";
import { elapsedMs } from "./elapsed";
import { LineFact } from "./LineFact";
import { useClock } from "./useClock";

interface CallFactsProps {
  session: Session;
  /** undefined: the call is not on this page. */
  state: CallState | undefined;
  store: AnalysisStore;
  quality: ConnectionQuality;
  tracks: LineTracks;
}

/** The state of the call in one line of the page's head. */
export function CallFacts({ session, state, store, quality, tracks }: CallFactsProps) {
  const { t } = useTranslation("consultation");
  return (
    <ul className={styles.facts} aria-label={t("header.facts")}>
      <Elapsed session={session} />
      {state && <li className={styles.fact}>{t(`short.${state}`)}</li>}
      {state === "analysing" && <AnalysisDetails store={store} className={styles.fact} />}
      {state && session.state === "live" && (
        <AgreedFact session={session} className={styles.fact} />
      )}
      {quality !== ConnectionQuality.Unknown && (
        <LineFact quality={quality} tracks={tracks} store={store} className={styles.fact} />
      )}
    </ul>
  );
}

function Elapsed({ session }: { session: Session }) {
  const { t } = useTranslation("consultation");
  const elapsed = elapsedMs(session, useClock());
  if (elapsed === undefined) return null;
  return (
    <li className={styles.fact} title={t("header.elapsed")}>
      <span className="visually-hidden">{t("header.elapsed")} </span>
      <span translate="no">{formatClock(elapsed)}</span>
    </li>
  );
}
