import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Api } from "../api";
import { Notice } from "../components";
import { ConnectionTest } from "../connectionTest/ConnectionTest";
import { currentLanguage } from "../i18n";
import { appointment } from "./appointment";
import styles from "./patient.module.css";
import { StepPage } from "./StepPage";
import { TryDevices } from "./TryDevices";

const LOOK_EACH_MS = 15_000;

interface TooEarlyProps {
  opensAt: string;
  /** Of the invitation, which stays unused. */
  secret: string;
  onLook: () => void;
}

/** The family has opened its link before the time. The page asks again by itself: the time may come,
 *  be moved, or be called off. */
export function TooEarly({ opensAt, secret, onLook }: TooEarlyProps) {
  const { t } = useTranslation("patient");
  useEffect(() => {
    const lookIfSeen = () => document.visibilityState === "visible" && onLook();
    const timer = setInterval(onLook, LOOK_EACH_MS);
    document.addEventListener("visibilitychange", lookIfSeen);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", lookIfSeen);
    };
  }, [onLook]);

  const { day, time, zone } = appointment(new Date(opensAt), currentLanguage());
  return (
    <StepPage title={t("early.title")}>
      <p className={styles.lead}>{t("early.text")}</p>
      <p className={styles.appointment}>
        <span>{day}</span>
        <time dateTime={opensAt}>{time}</time>
        <span className={styles.muted}>{zone}</span>
      </p>
      <p>{t("early.stay")}</p>
      <TryDevices />
      <ConnectionTest ask={() => new Api().testInvited(secret)} />
      <Notice title={t("early.prepare.title")}>
        <p>{t("early.prepare.text")}</p>
      </Notice>
    </StepPage>
  );
}
