import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../components";
import { canAskToNotify } from "./notify";
import styles from "./notify.module.css";

/** Asks the browser for its notifications, on a press alone. */
export function NotifyOffer({ children }: { children: React.ReactNode }) {
  const { t } = useTranslation();
  const [canAsk, setCanAsk] = useState(canAskToNotify);
  if (!canAsk) return null;
  const ask = async () => {
    await Notification.requestPermission();
    setCanAsk(canAskToNotify());
  };
  return (
    <div className={styles.offer}>
      <p className={styles.words}>{children}</p>
      <Button onPress={() => void ask()}>{t("allowNotifications")}</Button>
    </div>
  );
}
