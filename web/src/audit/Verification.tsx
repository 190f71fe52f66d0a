import { useState } from "react";
import { Input, Label, Text, TextField } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { accountApi } from "../account/api";
import { type AuditVerdict, sentenceOf } from "../api";
import { Button, CopyField, Notice } from "../components";
import styles from "./audit.module.css";

const END = /^\d{1,18}:[0-9a-f]{64}$/;

/** Whether the entries still hold together, in plain words; and their end, to be written down. */
export function Verification() {
  const { t } = useTranslation("audit");
  const [known, setKnown] = useState("");
  const [verdict, setVerdict] = useState<AuditVerdict | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const end = known.trim();
  const isWrong = end !== "" && !END.test(end);

  const verify = async (event: React.FormEvent) => {
    event.preventDefault();
    if (isWrong) return;
    setBusy(true);
    setError(null);
    setVerdict(null);
    try {
      setVerdict(await accountApi.verifyAudit(end || null));
    } catch (reason) {
      setError(sentenceOf(reason));
    }
    setBusy(false);
  };
  return (
    <section className={styles.card} aria-labelledby="chain">
      <h2 id="chain">{t("chain.title")}</h2>
      <p>{t("chain.text")}</p>
      <form className={styles.stack} onSubmit={verify}>
        <TextField
          className={styles.field}
          value={known}
          onChange={setKnown}
          isInvalid={isWrong}
          autoComplete="off"
          spellCheck="false"
        >
          <Label>{t("chain.known")}</Label>
          <Input className={styles.input} />
          <Text slot="description" className={isWrong ? styles.error : styles.hint}>
            {t(isWrong ? "chain.wrong" : "chain.hint")}
          </Text>
        </TextField>
        <div>
          <Button type="submit" look="primary" isBusy={isBusy}>
            {t("chain.verify")}
          </Button>
        </div>
      </form>
      <div role="status" className={styles.stack}>
        {verdict && !verdict.broken && (
          <>
            <p className={styles.holds}>{t("chain.holds", { count: verdict.entries })}</p>
            <CopyField label={t("chain.end")} value={verdict.end} />
          </>
        )}
      </div>
      {verdict?.broken && (
        <Notice kind="broken" title={t("chain.broken")}>
          <p>{t(`chain.faults.${verdict.broken.fault}`, { id: verdict.broken.entry_id })}</p>
          <p>{t("chain.before", { count: verdict.entries })}</p>
          <p>{t("chain.whatNow")}</p>
        </Notice>
      )}
      {error && <Notice kind="broken">{error}</Notice>}
    </section>
  );
}
