import { useState } from "react";
import { useTranslation } from "react-i18next";
import { accountApi } from "../account/api";
import { isOver, type Session, sentenceOf } from "../api";
import { Button, Dialog, Notice } from "../components";
import { Kept } from "./Kept";
import { NewPatientNotice } from "./NewPatientNotice";
import styles from "./practitioner.module.css";
import { SessionFields } from "./SessionFields";
import { replayOf } from "./SessionRow";
import { useSessionFacts } from "./useSessionFacts";

interface SessionDialogProps {
  session: Session;
  onClose: () => void;
  onChanged: () => Promise<void>;
}

type Asked = "cancel" | "delete";

/** What is written of a session; its cancelling and its deletion, which ask once more. */
export function SessionDialog({ session, onClose, onChanged }: SessionDialogProps) {
  const { t } = useTranslation("practitioner");
  const { fields, newCode, send, makePatientAndSend } = useSessionFacts(
    session,
    session.unit_id ?? null,
  );
  const [asked, setAsked] = useState<Asked | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const isLive = session.state === "live";

  /** The action says whether that was all. */
  const attempt = async (action: () => Promise<boolean>) => {
    setBusy(true);
    setError(null);
    try {
      if (await action()) {
        await onChanged();
        onClose();
      }
    } catch (reason) {
      setError(reason);
    }
    setBusy(false);
  };
  const save = (sending: typeof send) =>
    attempt(async () => {
      const saved = await sending(({ appointment_at, ...facts }) =>
        accountApi.changeSession(session.id, canBePlanned ? { ...facts, appointment_at } : facts),
      );
      return saved !== undefined;
    });
  const canBePlanned = session.state === "created";
  const carryOut = { cancel: accountApi.cancel, delete: accountApi.delete };
  return (
    <Dialog
      title={t("edit.title", { id: session.short_id })}
      isOpen
      onOpenChange={(open) => open || onClose()}
    >
      {error !== null && <Notice kind="broken">{sentenceOf(error)}</Notice>}
      {asked ? (
        <>
          <p>{t(`edit.${asked}Text`)}</p>
          <div className={styles.choices}>
            <Button onPress={() => setAsked(null)}>{t("edit.stay")}</Button>
            <Button
              look="primary"
              isBusy={isBusy}
              onPress={() =>
                void attempt(async () => {
                  await carryOut[asked](session.id);
                  return true;
                })
              }
            >
              {t(`edit.${asked}`)}
            </Button>
          </div>
        </>
      ) : (
        <form
          className={styles.stack}
          onSubmit={(event) => {
            event.preventDefault();
            void save(send);
          }}
        >
          <SessionFields
            {...fields}
            canBePlanned={canBePlanned}
            codeNotice={
              newCode && (
                <NewPatientNotice
                  code={newCode}
                  isBusy={isBusy}
                  onMake={() => void save(makePatientAndSend)}
                />
              )
            }
          />
          {isOver(session) && session.measurements.kept && (
            <Kept session={session} replay={replayOf(session)} />
          )}
          {isLive && <p className={styles.muted}>{t("edit.live")}</p>}
          <div className={styles.choices}>
            {!isLive && (
              <div className={styles.undoing}>
                {!isOver(session) && (
                  <Button look="quiet" onPress={() => setAsked("cancel")}>
                    {t("edit.cancel")}
                  </Button>
                )}
                <Button look="quiet" onPress={() => setAsked("delete")}>
                  {t("edit.delete")}
                </Button>
              </div>
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
