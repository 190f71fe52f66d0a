import { useTranslation } from "react-i18next";
import { Button, Dialog } from "../components";
import styles from "./call.module.css";

/** A press beside the pause must not end the call. */
export function LeaveDialog({ onLeave }: { onLeave: () => void }) {
  const { t } = useTranslation("patient");
  const trigger = (
    <Button onStage look="primary" size="large" icon="leave">
      {t("call.leave")}
    </Button>
  );
  return (
    <Dialog title={t("leave.title")} trigger={trigger}>
      {(close) => (
        <>
          <p>{t("leave.text")}</p>
          <div className={styles.leaveOrStay}>
            <Button size="large" onPress={close}>
              {t("leave.stay")}
            </Button>
            <Button size="large" icon="leave" onPress={onLeave}>
              {t("leave.leave")}
            </Button>
          </div>
        </>
      )}
    </Dialog>
  );
}
