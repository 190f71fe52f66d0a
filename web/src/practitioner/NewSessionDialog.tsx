import { useState } from "react";
import { useTranslation } from "react-i18next";
import { accountApi } from "../account/api";
import { type Session, sentenceOf, type Unit } from "../api";
import { Button, Dialog, Notice, Select } from "../components";
import { NewPatientNotice } from "./NewPatientNotice";
import styles from "./practitioner.module.css";
import { SessionFields } from "./SessionFields";
import { useSessionFacts } from "./useSessionFacts";

interface NewSessionDialogProps {
  units: readonly Unit[];
  /** What is known beforehand: of a patient's next visit, whose it is. */
  initial?: Partial<Session>;
  onClose: () => void;
  onCreated: (session: Session) => void;
}

/** A session that begins now, or is planned. Nothing must be filled in. */
export function NewSessionDialog({ units, initial, onClose, onCreated }: NewSessionDialogProps) {
  const { t } = useTranslation("practitioner");
  const [unitId, setUnitId] = useState(
    units.find(({ id }) => id === initial?.unit_id)?.id ?? units[0]?.id ?? null,
  );
  const { fields, newCode, send, makePatientAndSend } = useSessionFacts(initial, unitId);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const attempt = async (action: () => Promise<unknown>) => {
    setBusy(true);
    setError(null);
    await action().catch(setError);
    setBusy(false);
  };
  const make = (sending: typeof send) =>
    attempt(async () => {
      const made = await sending((facts) => accountApi.createSession(facts, unitId));
      if (made) onCreated(made);
    });
  return (
    <Dialog title={t("form.title")} isOpen onOpenChange={(open) => open || onClose()}>
      {error !== null && <Notice kind="broken">{sentenceOf(error)}</Notice>}
      <form
        className={styles.stack}
        onSubmit={(event) => {
          event.preventDefault();
          void make(send);
        }}
      >
        <SessionFields
          {...fields}
          codePattern={units.find(({ id }) => id === unitId)?.patient_code_pattern}
          canBePlanned
          codeNotice={
            newCode && (
              <NewPatientNotice
                code={newCode}
                isBusy={isBusy}
                onMake={() => void make(makePatientAndSend)}
              />
            )
          }
        />
        {units.length > 1 && (
          <Select
            isField
            label={t("form.unit")}
            options={units.map(({ id, title }) => ({ id, label: title }))}
            value={unitId ?? ""}
            onChange={setUnitId}
          />
        )}
        <div className={styles.choices}>
          <Button onPress={onClose}>{t("form.back")}</Button>
          <Button look="primary" type="submit" isBusy={isBusy}>
            {t(fields.typed.isPlanned ? "form.plan" : "form.create")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
