import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { Icon, Page } from "../components";
import styles from "./landing.module.css";
import { ShortCodeForm } from "./ShortCodeForm";

export function LandingPage() {
  const { t } = useTranslation("landing");
  const navigate = useNavigate();
  return (
    <Page title={t("title")} width="wide">
      <div className={styles.intro}>
        <h1>{t("title")}</h1>
        <p className={styles.lead}>{t("lead")}</p>
      </div>
      <div className={styles.doors}>
        <section className={styles.door} aria-labelledby="door-patient">
          <h2 id="door-patient">{t("patient.title")}</h2>
          <p>{t("patient.text")}</p>
          <ShortCodeForm onSeat={() => void navigate("/p")} />
        </section>
        <section className={styles.door} aria-labelledby="door-practitioner">
          <h2 id="door-practitioner">{t("practitioner.title")}</h2>
          <p>{t("practitioner.text")}</p>
          <Link className={styles.enter} to="/practitioner">
            <span>{t("practitioner.enter")}</span>
            <Icon name="arrow" />
          </Link>
        </section>
      </div>
    </Page>
  );
}
