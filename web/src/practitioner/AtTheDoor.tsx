import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Session } from "../api";
import { Page, Spinner, StatusLine } from "../components";
import styles from "./practitioner.module.css";

/** A colleague who came by a link, before the session's practitioner has let them in. */
export function AtTheDoor({ session }: { session: Session }) {
  const { t } = useTranslation("practitioner");
  return (
    <Page title={t("door.title")}>
      <div className={styles.stack}>
        <h1>{t("door.title")}</h1>
        <StatusLine>
          <Spinner />
          <span>{t("door.text", { id: session.short_id })}</span>
        </StatusLine>
        <p>
          <Link to="/practitioner">{t("session.all")}</Link>
        </p>
      </div>
    </Page>
  );
}
