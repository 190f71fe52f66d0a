import { useTranslation } from "react-i18next";
import { Page, Spinner, StatusLine } from "../components";
import styles from "./landing.module.css";

export function LoadingPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("loading")}>
      <StatusLine className={styles.loading}>
        <Spinner />
        <span>{t("loading")}</span>
      </StatusLine>
    </Page>
  );
}
