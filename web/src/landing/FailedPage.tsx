import { useTranslation } from "react-i18next";
import { Button, Page } from "../components";
import styles from "./landing.module.css";

/** In place of a page that could not be drawn, or whose files could not be fetched. */
export function FailedPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("failed.title")}>
      <div className={styles.stack} role="alert">
        <h1>{t("failed.title")}</h1>
        <p>{t("failed.text")}</p>
        <p>
          <Button look="primary" size="large" onPress={() => location.reload()}>
            {t("failed.reload")}
          </Button>
        </p>
      </div>
    </Page>
  );
}
