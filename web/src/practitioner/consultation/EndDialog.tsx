import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Api, type Session, sentenceOf } from "../../api";
import { Button, ControlButton, Dialog, Notice } from "../../components";
import styles from "./consultation.module.css";

/** Ends the session for everybody, after asking. */
export function EndDialog({ session, api }: { session: Session; api: Api }) {
  const { t } = useTranslation("consultation");
  const [error, setError] = useState<unknown>(null);
  const end = async () => {
    setError(null);
    await api.end(session.id).catch(setError);
  };
  return (
    <Dialog
      title={t("end.title")}
      trigger={
        <ControlButton icon="leave" name={t("controls.end")} short={t("controls.endShort")} />
      }
    >
      {(close) => (
        <>
          <p>{t("end.text")}</p>
          {error !== null && <Notice kind="broken">{sentenceOf(error)}</Notice>}
          <div className={styles.dialogActions}>
            <Button onPress={close}>{t("end.stay")}</Button>
            <Button look="primary" onPress={() => void end()}>
              {t("controls.end")}
            </Button>
          </div>
        </>
      )}
    </Dialog>
  );
}
