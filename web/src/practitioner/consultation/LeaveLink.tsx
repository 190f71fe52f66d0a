import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { Button, Dialog } from "../../components";
import styles from "./consultation.module.css";

/** The way back to all sessions; from a call that goes on, it asks first. */
export function LeaveLink({ isInCall }: { isInCall: boolean }) {
  const { t } = useTranslation("consultation");
  const navigate = useNavigate();
  const [isAsking, setAsking] = useState(false);
  useAskedByTheBrowser(isInCall);
  const name = (
    <>
      <img src="/icon.svg" alt="" width={28} height={28} />
      <span className={styles.homeName}>e-PediCare</span>
      <span className="visually-hidden">{` – ${t("header.all")}`}</span>
    </>
  );
  if (!isInCall) {
    return (
      <Link to="/practitioner" className={styles.home}>
        {name}
      </Link>
    );
  }
  return (
    <>
      <button type="button" className={styles.home} onClick={() => setAsking(true)}>
        {name}
      </button>
      <Dialog title={t("leave.title")} isOpen={isAsking} onOpenChange={setAsking}>
        {(close) => (
          <>
            <p>{t("leave.text")}</p>
            <div className={styles.dialogActions}>
              <Button onPress={close}>{t("leave.stay")}</Button>
              <Button look="primary" onPress={() => void navigate("/practitioner")}>
                {t("leave.leave")}
              </Button>
            </div>
          </>
        )}
      </Dialog>
    </>
  );
}

/** For a closed tab and a reload; the words are the browser's own. */
function useAskedByTheBrowser(isInCall: boolean): void {
  useEffect(() => {
    if (!isInCall) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isInCall]);
}
