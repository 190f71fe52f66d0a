import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Page } from "../components";
import styles from "./landing.module.css";

export function NotFoundPage() {
  const { t } = useTranslation("landing");
  return (
    <Page title={t("notFound.title")}>
      <div className={styles.stack}>
        <h1>{t("notFound.title")}</h1>
        <p>{t("notFound.text")}</p>
        <p>
          <Link to="/">{t("notFound.home")}</Link>
        </p>
      </div>
    </Page>
  );
}
