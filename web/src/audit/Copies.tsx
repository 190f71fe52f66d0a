import { useState } from "react";
import { useTranslation } from "react-i18next";
import { accountApi } from "../account/api";
import { sentenceOf } from "../api";
import { Button, Notice } from "../components";
import { download } from "../download";
import styles from "./audit.module.css";

const FORMATS = ["jsonl", "csv"] as const;
type Format = (typeof FORMATS)[number];

/** All of the audit as a file. */
export function Copies() {
  const { t } = useTranslation("audit");
  const [making, setMaking] = useState<Format | null>(null);
  const [error, setError] = useState<string | null>(null);
  const take = async (to: Format) => {
    setMaking(to);
    setError(null);
    try {
      download(await accountApi.exportedAudit(to), `epedicare-audit.${to}`);
    } catch (reason) {
      setError(sentenceOf(reason));
    }
    setMaking(null);
  };
  return (
    <section className={styles.card} aria-labelledby="copies">
      <h2 id="copies">{t("copies.title")}</h2>
      <p>{t("copies.text")}</p>
      <div className={styles.choices}>
        {FORMATS.map((to) => (
          <Button
            key={to}
            isBusy={making === to}
            isDisabled={making !== null && making !== to}
            onPress={() => void take(to)}
          >
            {t(`copies.${to}`)}
          </Button>
        ))}
      </div>
      {error && <Notice kind="broken">{error}</Notice>}
    </section>
  );
}
