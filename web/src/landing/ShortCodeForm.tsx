import { useState } from "react";
import { FieldError, Form, Input, Label, TextField } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Api, type Seat, sentenceOf, storeSeat } from "../api";
import { Button } from "../components";
import styles from "./landing.module.css";
import { formatShortCode, normalizeShortCode, SHORT_CODE_LENGTH } from "./shortCode";

/** Redeems the code that the practitioner reads out; the browser then holds the seat. */
export function ShortCodeForm({ onSeat }: { onSeat: (seat: Seat) => void }) {
  const { t } = useTranslation("landing");
  const [code, setCode] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const enter = async (event: React.FormEvent) => {
    event.preventDefault();
    if (code.length !== SHORT_CODE_LENGTH) return setError(t("code.incomplete"));
    setBusy(true);
    setError(null);
    try {
      const seat = await new Api().redeem({ code });
      storeSeat(seat);
      onSeat(seat);
    } catch (reason) {
      setError(sentenceOf(reason));
      setBusy(false);
    }
  };

  return (
    <Form className={styles.code} onSubmit={enter} validationBehavior="aria">
      <TextField
        value={formatShortCode(code)}
        onChange={(typed) => {
          setCode(normalizeShortCode(typed).slice(0, SHORT_CODE_LENGTH));
          setError(null);
        }}
        isInvalid={error !== null}
        autoComplete="off"
        autoCorrect="off"
        spellCheck="false"
        className={styles.field}
      >
        <Label>{t("code.label")}</Label>
        <Input className={styles.codeInput} autoCapitalize="characters" />
        <FieldError className={styles.error}>{error}</FieldError>
      </TextField>
      <Button type="submit" look="primary" size="large" isBusy={busy}>
        {t("code.enter")}
      </Button>
    </Form>
  );
}
