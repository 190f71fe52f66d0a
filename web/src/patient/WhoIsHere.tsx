import { useTranslation } from "react-i18next";
import type { Session } from "../api";
import { StatusLine } from "../components";
import styles from "./call.module.css";

/** When more than one professional sees the child, the family is told: how many, and what they do. */
export function WhoIsHere({ session }: { session: Session }) {
  const { t } = useTranslation("patient");
  const { here, observing } = session.professionals;
  return (
    <StatusLine className={styles.who}>
      {here > 1 && (
        <>
          <span>{t("here.professionals", { count: here })}</span>{" "}
          {observing > 0 && <span>{t("here.observing", { count: observing })}</span>}
        </>
      )}
    </StatusLine>
  );
}
