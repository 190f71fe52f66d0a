import { useTranslation } from "react-i18next";
import { Button, Notice } from "../components";
import styles from "./patient.module.css";
import { StepPage } from "./StepPage";

export function WelcomeStep({ sample, onNext }: { sample: boolean; onNext: () => void }) {
  const { t } = useTranslation("patient");
  return (
    <StepPage title={t("welcome.title")} step={1}>
      {sample && <Notice>{t("sample")}</Notice>}
      <p className={styles.lead}>{t("welcome.why")}</p>
      <ol className={styles.steps}>
        <li>{t("welcome.first")}</li>
        <li>{t("welcome.second")}</li>
        <li>{t("welcome.third")}</li>
      </ol>
      <p className={styles.muted}>{t("welcome.who")}</p>
      <Button look="primary" size="large" onPress={onNext}>
        {t("continue")}
      </Button>
    </StepPage>
  );
}
