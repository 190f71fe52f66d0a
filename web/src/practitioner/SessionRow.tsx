import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Session } from "../api";
import { Button, IconButton } from "../components";
import { currentLanguage } from "../i18n";
import styles from "./practitioner.module.css";

function moment(iso: string): string {
  return new Date(iso).toLocaleString(currentLanguage(), {
    dateStyle: "medium",
    timeStyle: "short",
  });
}

export function replayOf({ id }: Session): string {
  return `/practitioner/sessions/${id}/replay`;
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

function Edit({ session, onEdit }: { session: Session; onEdit: () => void }) {
  const { t } = useTranslation("practitioner");
  const label = t("list.edit", { id: session.short_id });
  return <IconButton icon="more" label={label} onPress={onEdit} />;
}

interface OpenSessionProps {
  session: Session;
  onInvite: () => void;
  onEdit: () => void;
}

export function OpenSession({ session, onInvite, onEdit }: OpenSessionProps) {
  const { t } = useTranslation("practitioner");
  return (
    <li className={styles.session}>
      <div className={styles.what}>
        <Name session={session} />
        <p>{t(`patient.${session.patient.state}`)}</p>
        <p className={styles.muted}>{t("list.created", { time: moment(session.created_at) })}</p>
      </div>
      <div className={styles.rowActions}>
        <Edit session={session} onEdit={onEdit} />
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

export function EarlierSession({ session, onEdit }: { session: Session; onEdit: () => void }) {
  const { t } = useTranslation("practitioner");
  return (
    <li className={styles.earlier}>
      <Name session={session} />
      <p>{t(`states.${session.state}`)}</p>
      <p>{t("list.created", { time: moment(session.created_at) })}</p>
      {session.measurements.kept && <p>{t("edit.kept")}</p>}
      <span className={styles.earlierActions}>
        {session.measurements.kept && (
          <Link
            className={styles.open}
            to={replayOf(session)}
            aria-label={t("list.replayNamed", { id: session.short_id })}
          >
            {t("list.replay")}
          </Link>
        )}
        <Edit session={session} onEdit={onEdit} />
      </span>
    </li>
  );
}
