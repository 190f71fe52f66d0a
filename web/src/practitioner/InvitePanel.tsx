import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { accountApi } from "../account/api";
import { type Invite, type Session, sentenceOf } from "../api";
import { Button, CopyField, Notice, Spinner } from "../components";
import { formatShortCode } from "../landing/shortCode";
import { dayAndTime, longDayAndTime, timeOfDay } from "../moments";
import styles from "./practitioner.module.css";

/** Makes an invitation and shows it. When one is already out, asks first: a new one replaces it. */
export function InvitePanel({ session }: { session: Session }) {
  const { t } = useTranslation("practitioner");
  const [invite, setInvite] = useState<Invite | null>(null);
  const [error, setError] = useState<string | null>(null);
  const asksFirst = session.patient.state !== "none" && !invite;
  const started = useRef(false);
  // Its short code is over before it opens.
  const opensLater =
    invite !== null &&
    Date.parse(session.appointment_at ?? "") > Date.parse(invite.short_code_expires_at);

  const create = async () => {
    try {
      setError(null);
      setInvite(await accountApi.invite(session.id));
    } catch (reason) {
      setError(sentenceOf(reason));
    }
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the panel opens.
  useEffect(() => {
    if (asksFirst || started.current) return;
    started.current = true;
    void create();
  }, []);

  return (
    <div className={styles.stack}>
      {error && <Notice kind="broken">{error}</Notice>}
      {invite && (
        <>
          <p>{t(opensLater ? "invite.textLater" : "invite.text")}</p>
          {opensLater && (
            <p className={styles.opens}>
              {t("invite.opens", { time: longDayAndTime(session.appointment_at ?? "") })}
            </p>
          )}
          <CopyField label={t("invite.link")} value={invite.link} />
          {!opensLater && (
            <CopyField
              label={t("invite.code", { time: timeOfDay(invite.short_code_expires_at) })}
              value={invite.short_code}
              shown={formatShortCode(invite.short_code)}
              large
            />
          )}
          <p className={styles.muted}>
            <span>{t("invite.until", { time: dayAndTime(invite.expires_at) })}</span>{" "}
            <span>{t("invite.once")}</span>
          </p>
        </>
      )}
      {asksFirst && !started.current && (
        <>
          <p>{t("invite.replaces")}</p>
          <Button look="primary" onPress={create}>
            {t("invite.renew")}
          </Button>
        </>
      )}
      {!invite && !error && started.current && <Spinner />}
      {error && (
        <Button onPress={create} icon="plus">
          {t("invite.renew")}
        </Button>
      )}
    </div>
  );
}
