import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { formatClock } from "../../analysis/values/format";
import { type Api, keptOf, type Session } from "../../api";
import { Notice, Page } from "../../components";
import { EndResearchUse } from "../../consent/EndResearchUse";
import { NotesPanel } from "../notes/NotesPanel";
import { useNotes } from "../notes/useNotes";
import { replayOf } from "../SessionRow";
import { Agreed } from "./Agreed";
import styles from "./consultation.module.css";
import { elapsedMs } from "./elapsed";

export function EndedPage({ api, session }: { api: Api; session: Session }) {
  const { t } = useTranslation("consultation");
  const title = t("header.session", { id: session.short_id });
  const isKept = keptOf(session) === "kept";
  const mayBeRead = isKept && session.patient.consent.research_use === "agreed";
  const notes = useNotes(api, session.id, session.i_am !== "observer");
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
        {isKept && (
          <Notice title={t("agreed.title")}>
            <Agreed session={session} />
          </Notice>
        )}
        {mayBeRead && session.i_am === "owner" && (
          <EndResearchUse
            label={t("ended.research.end")}
            ended={t("ended.research.ended")}
            end={() => api.withdrawResearchUse(session.id)}
          />
        )}
        {session.i_am !== "observer" && <NotesPanel notes={notes} className={styles.notes} />}
        {isKept && (
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
