import { useState } from "react";
import { Input, Label, Text, TextField } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { isOver, type Session, sentenceOf } from "../api";
import { Button, Dialog, Notice } from "../components";
import { practitionerApi } from "./api";
import { Kept } from "./Kept";
import styles from "./practitioner.module.css";

interface SessionDialogProps {
  session: Session;
  onClose: () => void;
  onChanged: () => Promise<void>;
}

const LONGEST_LABEL = 80;

/** A session's own label, and its deletion, which asks once more. */
export function SessionDialog({ session, onClose, onChanged }: SessionDialogProps) {
  const { t } = useTranslation("practitioner");
  const [label, setLabel] = useState(session.label ?? "");
  const [isDeleting, setDeleting] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const attempt = async (action: () => Promise<unknown>) => {
    setBusy(true);
    setError(null);
    try {
      await action();
      await onChanged();
      onClose();
    } catch (reason) {
      setError(reason);
      setBusy(false);
    }
  };
  const save = () => attempt(() => practitionerApi.setLabel(session.id, label.trim() || null));
  const remove = () => attempt(() => practitionerApi.delete(session.id));
  return (
    <Dialog
      title={t("edit.title", { id: session.short_id })}
      isOpen
      onOpenChange={(open) => open || onClose()}
    >
      {error !== null && <Notice kind="broken">{sentenceOf(error)}</Notice>}
      {isDeleting ? (
        <>
          <p>{t("edit.deleteText")}</p>
          <div className={styles.choices}>
            <Button onPress={() => setDeleting(false)}>{t("edit.stay")}</Button>
            <Button look="primary" isBusy={isBusy} onPress={() => void remove()}>
              {t("edit.delete")}
            </Button>
          </div>
        </>
      ) : (
        <form
          className={styles.stack}
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <TextField
            className={styles.field}
            value={label}
            onChange={setLabel}
            maxLength={LONGEST_LABEL}
            autoFocus
          >
            <Label>{t("edit.label")}</Label>
            <Input className={styles.input} />
            <Text slot="description" className={styles.muted}>
              {t("edit.hint")}
            </Text>
          </TextField>
          {isOver(session) && session.measurements.kept && <Kept session={session} />}
          {session.state === "live" && <p className={styles.muted}>{t("edit.live")}</p>}
          <div className={styles.choices}>
            {session.state !== "live" && (
              <Button onPress={() => setDeleting(true)}>{t("edit.delete")}</Button>
            )}
            <Button look="primary" type="submit" isBusy={isBusy}>
              {t("edit.save")}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
