import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Api, type Session, sentenceOf } from "../api";
import { Button, Dialog, Notice, Spinner, Switch } from "../components";
import { Paragraphs } from "./Paragraphs";
import styles from "./patient.module.css";
import { useConsentText } from "./useConsentText";

interface ChoicesProps {
  api: Api;
  session: Session;
}

/** Giving and taking back each consent during the call. */
export function ChoicesDialog(props: ChoicesProps) {
  const { t } = useTranslation("patient");
  const trigger = (
    <Button onStage icon="settings">
      {t("choices.mine")}
    </Button>
  );
  return (
    <Dialog title={t("choices.mine")} trigger={trigger}>
      {(close) => <Choices {...props} onSaved={close} />}
    </Dialog>
  );
}

function Choices({ api, session, onSaved }: ChoicesProps & { onSaved: () => void }) {
  const { t } = useTranslation("patient");
  const { text, error: textError } = useConsentText(api);
  const [live, setLive] = useState(session.patient.analysis !== "none");
  const [keeping, setKeeping] = useState(session.patient.keeping);
  const [error, setError] = useState<unknown>(null);
  const [isSaving, setSaving] = useState(false);

  if (textError !== null) return <Notice kind="broken">{sentenceOf(textError)}</Notice>;
  if (!text) return <Spinner />;
  const save = async () => {
    setSaving(true);
    setError(null);
    try {
      await api.consent(session.id, {
        live_analysis: live,
        keeping: live && keeping,
        text_version: text.version,
        language: text.language,
        given_by: "guardian",
        child_assent: null,
      });
      onSaved();
    } catch (reason) {
      setError(reason);
      setSaving(false);
    }
  };
  const chosen = { live_analysis: live, keeping: live && keeping };
  const choose = { live_analysis: setLive, keeping: setKeeping };
  return (
    <div className={styles.choices}>
      {text.purposes.map(({ id, title, text: words }) => (
        <section key={id}>
          <Switch
            isSelected={chosen[id]}
            onChange={choose[id]}
            isDisabled={id === "keeping" && !live}
          >
            <strong>{title}</strong>
          </Switch>
          <details>
            <summary>{t("choices.read")}</summary>
            <Paragraphs text={words} />
          </details>
        </section>
      ))}
      {error !== null && <Notice kind="broken">{sentenceOf(error)}</Notice>}
      <Button look="primary" size="large" isBusy={isSaving} onPress={save}>
        {t("choices.save")}
      </Button>
    </div>
  );
}
