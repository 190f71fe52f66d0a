import { ConnectionQuality } from "livekit-client";
import { useTranslation } from "react-i18next";
import type { AnalysisStore } from "../../analysis/stream/analysisStore";
import { useOfSnapshot } from "../../analysis/stream/useSnapshot";
import { formatClock } from "../../analysis/values/format";
import type { Session } from "../../api";
import { ConnectionMark } from "./ConnectionMark";
import type { CallState } from "./callState";
import styles from "./consultation.module.css";
import { elapsedMs } from "./elapsed";
import { useClock } from "./useClock";

interface CallFactsProps {
  session: Session;
  /** undefined: the call is not on this page. */
  state: CallState | undefined;
  store: AnalysisStore;
  quality: ConnectionQuality;
}

/** The state of the call in one line of the page's head. */
export function CallFacts({ session, state, store, quality }: CallFactsProps) {
  const { t } = useTranslation("consultation");
  return (
    <ul className={styles.facts} aria-label={t("header.facts")}>
      <Elapsed session={session} />
      {state && <li className={styles.fact}>{t(`short.${state}`)}</li>}
      {state === "analysing" && <Rates store={store} />}
      {quality !== ConnectionQuality.Unknown && (
        <li className={styles.fact}>
          <ConnectionMark quality={quality} />
        </li>
      )}
    </ul>
  );
}

function Elapsed({ session }: { session: Session }) {
  const { t } = useTranslation("consultation");
  const elapsed = elapsedMs(session, useClock());
  if (elapsed === undefined) return null;
  return (
    <li className={styles.fact}>
      <span className="visually-hidden">{t("header.elapsed")} </span>
      <span translate="no">{formatClock(elapsed)}</span>
    </li>
  );
}

/** How often face, body and hands are analysed, and how long a result takes. */
function Rates({ store }: { store: AnalysisStore }) {
  const { t } = useTranslation("consultation");
  const status = useOfSnapshot(store, (now) => now.status);
  if (status?.rates === undefined) return null;
  const { cameraHz, faceHz, poseHz, handsHz } = status.rates;
  const technical = `${styles.fact} ${styles.technical}`;
  const [face, body, hands] = [faceHz, poseHz, handsHz].map(Math.round);
  return (
    <>
      <li className={technical} title={t("header.rates", { face, body, hands })}>
        <span aria-hidden="true">{`${face}/${body}/${hands} Hz`}</span>
        <span className="visually-hidden">{t("header.rates", { face, body, hands })}</span>
      </li>
      <SparseFace framesForOne={Math.round(cameraHz / faceHz)} />
      <li className={technical} title={t("header.delay")}>
        <span className="visually-hidden">{t("header.delay")} </span>
        <span translate="no">{`${Math.round(status.analysisDelayP50Ms)} ms`}</span>
      </li>
    </>
  );
}

/** Why the lines on the face come and go. */
function SparseFace({ framesForOne }: { framesForOne: number }) {
  const { t } = useTranslation("consultation");
  if (!Number.isFinite(framesForOne) || framesForOne < 2) return null;
  return (
    <li className={styles.fact} title={t("header.sparseHint", { count: framesForOne })}>
      {t("header.sparse", { count: framesForOne })}
    </li>
  );
}
