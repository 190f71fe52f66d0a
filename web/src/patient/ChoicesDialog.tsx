import { useState } from "react";
import { Label, Radio, RadioGroup } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { type Api, type Session, sentenceOf } from "../api";
import { Button, Dialog, Notice, Spinner, Switch } from "../components";
import { agreedTo } from "./answers";
import { keptFor } from "./keptFor";
import { Paragraphs } from "./Paragraphs";
import styles from "./patient.module.css";
import { useConsentText } from "./useConsentText";

interface ChoicesProps {
  api: Api;
  session: Session;
}

/** Giving and taking back each consent, before the call and in it. */
export function ChoicesDialog({
  trigger,
  ...props
}: ChoicesProps & { trigger: React.ReactElement }) {
  const { t } = useTranslation("patient");
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
  const [research, setResearch] = useState(session.patient.consent.research_use === "agreed");
  const [toErase, setToErase] = useState<boolean | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isSaving, setSaving] = useState(false);

  if (textError !== null) return <Notice kind="broken">{sentenceOf(textError)}</Notice>;
  if (!text) return <Spinner />;
  const chosen = agreedTo({ live_analysis: live, keeping, research_use: research });
  const choose = { live_analysis: setLive, keeping: setKeeping, research_use: setResearch };
  const isOpen = { live_analysis: true, keeping: live, research_use: chosen.keeping };
  const asksWhatBecomes = session.measurements.kept && !chosen.keeping;
  const save = async () => {
    setSaving(true);
    setError(null);
    try {
      const answers = {
        ...chosen,
        text_version: text.version,
        language: text.language,
        given_by: "guardian",
      } as const;
      await api.consent(session.id, answers, asksWhatBecomes && toErase === true);
      onSaved();
    } catch (reason) {
      setError(reason);
      setSaving(false);
    }
  };
  return (
    <div className={styles.choices}>
      {text.purposes.map(({ id, title, text: words }) => (
        <section key={id}>
          <Switch isSelected={chosen[id]} onChange={choose[id]} isDisabled={!isOpen[id]}>
            <strong>{title}</strong>
          </Switch>
          <details>
            <summary>{t("choices.read")}</summary>
            <Paragraphs text={`${words}\n\n${keptFor(session, id)}`} />
          </details>
        </section>
      ))}
      {asksWhatBecomes && <KeptUntilNow toErase={toErase} onChange={setToErase} />}
      {error !== null && <Notice kind="broken">{sentenceOf(error)}</Notice>}
      <Button
        look="primary"
        size="large"
        isBusy={isSaving}
        isDisabled={asksWhatBecomes && toErase === null}
        onPress={save}
      >
        {t("choices.save")}
      </Button>
    </div>
  );
}

interface KeptUntilNowProps {
  toErase: boolean | null;
  onChange: (toErase: boolean) => void;
}

/** Neither answer is chosen beforehand. */
function KeptUntilNow({ toErase, onChange }: KeptUntilNowProps) {
  const { t } = useTranslation("patient");
  return (
    <RadioGroup
      className={styles.keptUntilNow}
      value={toErase === null ? null : String(toErase)}
      onChange={(answer) => onChange(answer === "true")}
    >
      <Label>{t("choices.keptUntilNow")}</Label>
      <Radio value="false">{t("choices.leave")}</Radio>
      <Radio value="true">{t("choices.erase")}</Radio>
    </RadioGroup>
  );
}
