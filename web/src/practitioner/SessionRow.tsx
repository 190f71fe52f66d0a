import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Session } from "../api";
import { Button, IconButton } from "../components";
import { ageOf, dayAndTime, lastedMinutes, timeOfDay } from "../moments";
import styles from "./practitioner.module.css";

export function replayOf({ id }: Session): string {
  return `/practitioner/sessions/${id}/replay`;
}

type Named = Pick<
  Session,
  "short_id" | "patient_code" | "visit_number" | "age_months" | "label" | "sample"
>;

/** The patient's code, or where there is none the session's own. */
export function Name({ session }: { session: Named }) {
  const { t } = useTranslation("practitioner");
  const { patient_code, visit_number, age_months } = session;
  const age = age_months == null ? null : ageOf(age_months);
  return (
    <p className={styles.name}>
      {patient_code ? (
        <span className={styles.code} translate="no">
          {patient_code}
        </span>
      ) : (
        <span>{t("session.title", { id: session.short_id })}</span>
      )}
      {visit_number != null && <span>{t("list.visit", { number: visit_number })}</span>}
      {age && (
        <span className={styles.muted}>
          {age.years > 0
            ? t("form.years", { count: age.years, months: age.months })
            : t("list.months", { count: age.months })}
        </span>
      )}
      {session.label && <span className={styles.muted}>{session.label}</span>}
      {session.sample && <span className={styles.tag}>{t("list.sample")}</span>}
    </p>
  );
}

interface RowProps {
  session: Session;
  onEdit: () => void;
}

function Edit({ session, onEdit }: RowProps) {
  const { t } = useTranslation("practitioner");
  const label = t("list.edit", { id: session.short_id });
  return <IconButton icon="more" label={label} onPress={onEdit} />;
}

interface OpenSessionProps extends RowProps {
  onInvite: () => void;
  /** Its day stands above; the hour is enough. */
  isPlanned?: boolean;
}

export function OpenSession({ session, onInvite, onEdit, isPlanned }: OpenSessionProps) {
  const { t } = useTranslation("practitioner");
  const { appointment_at, created_at, short_id, patient } = session;
  const isInvited = patient.state !== "none";
  const since = appointment_at
    ? t("list.plannedFor", { time: dayAndTime(appointment_at) })
    : t("list.created", { time: dayAndTime(created_at) });
  return (
    <li className={styles.session}>
      {isPlanned && appointment_at && (
        <time className={styles.hour} dateTime={appointment_at}>
          {timeOfDay(appointment_at)}
        </time>
      )}
      <div className={styles.what}>
        <Name session={session} />
        {!isPlanned && <p>{t(`patient.${patient.state}`)}</p>}
        <p className={`${styles.facts} ${styles.muted}`}>
          {isPlanned && <span>{t(`patient.${patient.state}`)}</span>}
          {session.patient_code && <span>{t("session.title", { id: short_id })}</span>}
          {!isPlanned && <span>{since}</span>}
        </p>
      </div>
      <div className={styles.rowActions}>
        <Edit session={session} onEdit={onEdit} />
        <Button
          look="quiet"
          onPress={onInvite}
          aria-label={t(isInvited ? "list.inviteAgainNamed" : "invite.title", { id: short_id })}
        >
          {t(isInvited ? "list.inviteAgain" : "list.invite")}
        </Button>
        <Link
          className={styles.open}
          data-waiting={patient.state === "waiting"}
          to={`/practitioner/sessions/${session.id}`}
          aria-label={t("list.openNamed", { id: short_id })}
        >
          {t("list.open")}
        </Link>
      </div>
    </li>
  );
}

interface EarlierSessionProps extends RowProps {
  onNextVisit: () => void;
}

export function EarlierSession({ session, onEdit, onNextVisit }: EarlierSessionProps) {
  const { t } = useTranslation("practitioner");
  const { short_id, patient_code, live_at, created_at, appointment_at } = session;
  const minutes = lastedMinutes(session);
  const analysis = session.patient.consent.live_analysis;
  return (
    <li className={styles.earlier}>
      <div className={styles.what}>
        <Name session={session} />
        <p className={styles.facts}>
          <time dateTime={live_at ?? appointment_at ?? created_at}>
            {dayAndTime(live_at ?? appointment_at ?? created_at)}
          </time>
          {patient_code && <span>{t("session.title", { id: short_id })}</span>}
          {minutes === undefined ? (
            <span>{t(`list.over.${session.state}`)}</span>
          ) : (
            <span>{t("list.minutes", { count: minutes })}</span>
          )}
          {minutes !== undefined && analysis !== "unanswered" && (
            <span>{t(`list.analysis.${analysis}`)}</span>
          )}
          {session.measurements.kept && <span>{t("edit.kept")}</span>}
        </p>
      </div>
      <div className={styles.rowActions}>
        <Edit session={session} onEdit={onEdit} />
        {patient_code && (
          <Button
            look="quiet"
            onPress={onNextVisit}
            aria-label={t("list.nextVisitNamed", { code: patient_code })}
          >
            {t("list.nextVisit")}
          </Button>
        )}
        {session.measurements.kept && (
          <Link
            className={styles.open}
            to={replayOf(session)}
            aria-label={t("list.replayNamed", { id: short_id })}
          >
            {t("list.replay")}
          </Link>
        )}
      </div>
    </li>
  );
}
