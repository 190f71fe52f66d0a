import { useEffect, useState } from "react";
import { Form, Input, Label, TextField } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { type Configuration, sentenceOf } from "../api";
import { Button, Notice, Page } from "../components";
import { LoadingPage } from "../landing/LoadingPage";
import styles from "./account.module.css";
import { accountApi } from "./api";
import { secretIn, signInAgain } from "./signIn";

interface SignInPageProps {
  /** Why an earlier try did not work. */
  error: string | null;
  onSignedIn: () => void;
}

/** At the provider, where the service has one; else with a link that was shown when it started. */
export function SignInPage({ error, onSignedIn }: SignInPageProps) {
  const { t } = useTranslation("account");
  const [configuration, setConfiguration] = useState<Configuration | null>(null);
  const [unknown, setUnknown] = useState<string | null>(null);

  useEffect(() => {
    accountApi.configuration().then(setConfiguration, (reason: unknown) => {
      setUnknown(sentenceOf(reason));
    });
  }, []);

  if (!configuration && !unknown) return <LoadingPage />;
  const told = unknown ?? error;
  return (
    <Page title={t("signIn.title")}>
      <div className={styles.stack}>
        <h1>{t("signIn.title")}</h1>
        {configuration?.provider ? (
          <AtProvider provider={configuration.provider} told={told} />
        ) : (
          <WithLink told={told} onSignedIn={onSignedIn} />
        )}
      </div>
    </Page>
  );
}

/** Instead of a page whose login has ended while it was open. */
export function SignedOutPage() {
  const { t } = useTranslation("account");
  return <SignInPage error={t("signIn.over")} onSignedIn={() => location.reload()} />;
}

function AtProvider({ provider, told }: { provider: string; told: string | null }) {
  const { t } = useTranslation("account");
  const [isLeaving, setLeaving] = useState(false);
  const leave = () => {
    setLeaving(true);
    signInAgain();
  };
  return (
    <>
      {told && <Notice kind="broken">{told}</Notice>}
      <p>{t("signIn.atProvider")}</p>
      <Button look="primary" size="large" isBusy={isLeaving} onPress={leave}>
        {t("signIn.enterAt", { provider })}
      </Button>
    </>
  );
}

function WithLink({ told, onSignedIn }: { told: string | null; onSignedIn: () => void }) {
  const { t } = useTranslation("account");
  const [text, setText] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const signIn = async (event: React.FormEvent) => {
    event.preventDefault();
    const secret = secretIn(text);
    if (!secret) return;
    setBusy(true);
    try {
      await accountApi.signIn(secret);
      onSignedIn();
    } catch (reason) {
      setError(sentenceOf(reason));
      setBusy(false);
    }
  };

  return (
    <>
      <p>{t("signIn.text")}</p>
      {(error ?? told) && <Notice kind="broken">{error ?? told}</Notice>}
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
    </>
  );
}
