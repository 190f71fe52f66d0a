import { useTranslation } from "react-i18next";
import type { AnalysisStore } from "../../analysis/stream/analysisStore";
import { useOfSnapshot } from "../../analysis/stream/useSnapshot";
import type { Status } from "../../generated/epedicare/analysis/v1/analysis_pb";
import styles from "./details.module.css";
import { FactDetails } from "./FactDetails";

/** A result that takes longer comes after its picture was shown. */
const ON_TIME_MS = 200;

interface AnalysisDetailsProps {
  store: AnalysisStore;
  className: string | undefined;
}

/** Whether the analysis keeps up, in two words; its rates and delays open from them. */
export function AnalysisDetails({ store, className }: AnalysisDetailsProps) {
  const { t } = useTranslation("consultation");
  const status = useOfSnapshot(store, (now) => now.status);
  if (status?.rates === undefined) return null;
  return (
    <FactDetails
      fact={t(status.analysisDelayP50Ms <= ON_TIME_MS ? "details.onTime" : "details.late")}
      title={t("details.title")}
      className={className}
    >
      <Details status={status} rates={status.rates} />
    </FactDetails>
  );
}

function Details({ status, rates }: { status: Status; rates: NonNullable<Status["rates"]> }) {
  const { t } = useTranslation("consultation");
  const framesForOne = Math.round(rates.cameraHz / rates.faceHz);
  const facts = [
    [t("details.camera"), `${Math.round(rates.cameraHz)} Hz`],
    [t("details.face"), `${Math.round(rates.faceHz)} Hz`],
    [t("details.body"), `${Math.round(rates.poseHz)} Hz`],
    [t("details.hands"), `${Math.round(rates.handsHz)} Hz`],
    [t("details.delay"), `${Math.round(status.analysisDelayP50Ms)} ms`],
  ];
  return (
    <>
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {Number.isFinite(framesForOne) && framesForOne >= 2 && (
        <p className="quiet">{t("details.sparse", { count: framesForOne })}</p>
      )}
    </>
  );
}
