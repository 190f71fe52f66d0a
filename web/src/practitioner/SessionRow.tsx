import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Session } from "../api";
import { Button } from "../components";
import { currentLanguage } from "../i18n";
import styles from "./practitioner.module.css";

function moment(iso: string): string {
  return new Date(iso).toLocaleString(currentLanguage(), {
    dateStyle: "medium",
    timeStyle: "short",
  });
}

/** One sentence: the patient's place while the session is open, the session's state otherwise. */
function sentenceKey({ state, patient }: Session): string {
  if (state === "ended" || state === "expired") return `states.${state}`;
  return `patient.${patient.state}`;
}

export function SessionRow({ session, onInvite }: { session: Session; onInvite: () => void }) {
  const { t } = useTranslation("practitioner");
  const open = session.state !== "ended" && session.state !== "expired";
  const title = t("session.title", { id: session.short_id });
  return (
    <li className={styles.session} data-open={open}>
      <div className={styles.what}>
        <h2 className={styles.name}>
          {title}
          {session.sample && <span className={styles.tag}>{t("list.sample")}</span>}
        </h2>
        <p>{t(sentenceKey(session))}</p>
        <p className={styles.muted}>{t("list.created", { time: moment(session.created_at) })}</p>
      </div>
      {open && (
        <div className={styles.rowActions}>
          <Button
            look="quiet"
            onPress={onInvite}
            aria-label={t("invite.title", { id: session.short_id })}
          >
            {t("list.invite")}
          </Button>
          <Link
            className={styles.open}
            data-waiting={session.patient.state === "waiting"}
            to={`/practitioner/sessions/${session.id}`}
            aria-label={t("list.openNamed", { id: session.short_id })}
          >
            {t("list.open")}
          </Link>
        </div>
      )}
    </li>
  );
}
