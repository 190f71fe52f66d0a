import { useTranslation } from "react-i18next";
import { Page, Spinner, StatusLine } from "../components";
import styles from "./landing.module.css";

/** isUnreachable: the service does not answer, and is asked again. */
export function LoadingPage({ isUnreachable = false }: { isUnreachable?: boolean }) {
  const { t } = useTranslation();
  return (
    <Page title={t("loading")}>
      <StatusLine className={styles.loading}>
        <Spinner />
        <span>{t(isUnreachable ? "problems:unreachable" : "loading")}</span>
      </StatusLine>
    </Page>
  );
}
