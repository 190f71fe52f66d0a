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

export function isOpen({ state }: Session): boolean {
  return state !== "ended" && state !== "expired";
}

function Name({ session }: { session: Session }) {
  const { t } = useTranslation("practitioner");
  return (
    <p className={styles.name}>
      <span>{t("session.title", { id: session.short_id })}</span>
      {session.label && <span className={styles.muted}>{session.label}</span>}
      {session.sample && <span className={styles.tag}>{t("list.sample")}</span>}
    </p>
  );
}

export function OpenSession({ session, onInvite }: { session: Session; onInvite: () => void }) {
  const { t } = useTranslation("practitioner");
  return (
    <li className={styles.session}>
      <div className={styles.what}>
        <Name session={session} />
        <p>{t(`patient.${session.patient.state}`)}</p>
        <p className={styles.muted}>{t("list.created", { time: moment(session.created_at) })}</p>
      </div>
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
    </li>
  );
}

export function EarlierSession({ session }: { session: Session }) {
  const { t } = useTranslation("practitioner");
  return (
    <li className={styles.earlier}>
      <Name session={session} />
      <p>{t(`states.${session.state}`)}</p>
      <p>{t("list.created", { time: moment(session.created_at) })}</p>
    </li>
  );
}
