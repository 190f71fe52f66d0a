import { useTranslation } from "react-i18next";
import type { Connection, Session } from "../api";
import { StatusLine } from "../components";
import { analysisLine } from "./analysisLine";
import styles from "./call.module.css";

export function AnalysisBadge({
  session,
  connection,
}: {
  session: Session;
  connection: Connection;
}) {
  const { t } = useTranslation("patient");
  const line = analysisLine(session, connection);
  const tellsKeeping = session.patient.analysis !== "none" && connection === "open";
  return (
    <StatusLine className={styles.badge}>
      <span className={styles.dot} data-on={line === "badge.analysing"} aria-hidden="true" />
      <span>
        <strong>{t(line)}</strong>
        {tellsKeeping && (
          <span className={styles.keeping}>
            {t(session.patient.keeping ? "badge.kept" : "badge.notKept")}
          </span>
        )}
      </span>
    </StatusLine>
  );
}
