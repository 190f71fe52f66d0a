import { useState } from "react";
import { Form, Input, Label, TextField } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "../api";
import { Button, Notice, Page } from "../components";
import { practitionerApi } from "./api";
import styles from "./practitioner.module.css";
import { secretIn } from "./signIn";

interface SignInPageProps {
  /** Why an earlier try did not work. */
  error: string | null;
  onSignedIn: () => void;
}

export function SignInPage({ error: earlier, onSignedIn }: SignInPageProps) {
  const { t } = useTranslation("practitioner");
  const [text, setText] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const signIn = async (event: React.FormEvent) => {
    event.preventDefault();
    const secret = secretIn(text);
    if (!secret) return;
    setBusy(true);
    try {
      await practitionerApi.signIn(secret);
      onSignedIn();
    } catch (reason) {
      setError(sentenceOf(reason));
      setBusy(false);
    }
  };

  return (
    <Page title={t("signIn.title")}>
      <div className={styles.stack}>
        <h1>{t("signIn.title")}</h1>
        <p>{t("signIn.text")}</p>
        {(error ?? earlier) && <Notice kind="broken">{error ?? earlier}</Notice>}
        <Form className={styles.stack} onSubmit={signIn}>
          <TextField
            className={styles.field}
            type="password"
            value={text}
            onChange={setText}
            autoComplete="off"
            isRequired
          >
            <Label>{t("signIn.label")}</Label>
            <Input className={styles.input} />
          </TextField>
          <Button type="submit" look="primary" size="large" isBusy={busy}>
            {t("signIn.enter")}
          </Button>
        </Form>
      </div>
    </Page>
  );
}
