import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../components";
import styles from "./practitioner.module.css";
import { canAskToNotify } from "./ringing";

/** Asks the browser for its notifications, on a press alone. */
export function NotifyOffer() {
  const { t } = useTranslation("practitioner");
  const [canAsk, setCanAsk] = useState(canAskToNotify);
  if (!canAsk) return null;
  const ask = async () => {
    await Notification.requestPermission();
    setCanAsk(canAskToNotify());
  };
  return (
    <div className={styles.offer}>
      <p className={styles.muted}>{t("ring.offer")}</p>
      <Button onPress={() => void ask()}>{t("ring.allow")}</Button>
    </div>
  );
}
