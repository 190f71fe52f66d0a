import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { formatClock } from "../../analysis/values/format";
import { keptOf, type Session } from "../../api";
import { Notice, Page } from "../../components";
import { replayOf } from "../SessionRow";
import styles from "./consultation.module.css";
import { elapsedMs } from "./elapsed";

export function EndedPage({ session }: { session: Session }) {
  const { t } = useTranslation("consultation");
  const title = t("header.session", { id: session.short_id });
  const lasted = elapsedMs(session, Date.now());
  return (
    <Page title={title}>
      <div className={styles.ended}>
        <h1>{title}</h1>
        <p>{t(`sentences.${session.state}`)}</p>
        {lasted !== undefined && <p>{t("ended.lasted", { time: formatClock(lasted) })}</p>}
        <Notice title={t("ended.kept.title")}>
          <p>{t(`ended.kept.${keptOf(session)}`)}</p>
          <p>{t("ended.kept.always")}</p>
        </Notice>
        {keptOf(session) === "kept" && (
          <p>
            <Link to={replayOf(session)}>{t("practitioner:edit.replay")}</Link>
          </p>
        )}
        <p>
          <Link to="/practitioner">{t("header.all")}</Link>
        </p>
      </div>
    </Page>
  );
}
