import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Api, type Session, sentenceOf, type WaitingWord } from "../../api";
import { Button, Dialog, Menu, Notice } from "../../components";
import type { LONGEST_WAITING_WORD } from "../../generated/api";
import { waitingWords } from "../../waitingWords";
import styles from "./consultation.module.css";
import { OneLine } from "./OneLine";

const LONGEST: LONGEST_WAITING_WORD = 200;
const MINUTES = [5, 10, 15, 30] as const satisfies WaitingWord["late_min"][];

/** "The practitioner will be a few minutes late", or a line of their own, on the family's page. */
export function TellWaiting({ session, api }: { session: Session; api: Api }) {
  const { t } = useTranslation("consultation");
  const [isWriting, setWriting] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const told = session.patient.waiting_word;
  const tell = async (word: WaitingWord) => {
    setError(null);
    await api.tellWaiting(session.id, word).catch(setError);
  };
  return (
    <>
      {error !== null && <Notice kind="broken">{sentenceOf(error)}</Notice>}
      {told && (
        <div className={styles.told}>
          <p>
            <span className="quiet">{t("late.reads")}</span> <span>{waitingWords(t, told)}</span>
          </p>
          <Button look="quiet" onPress={() => void tell({})}>
            {t("late.takeBack")}
          </Button>
        </div>
      )}
      <div>
        <Menu
          label={t("late.title")}
          trigger={<Button icon="chevron">{t("late.title")}</Button>}
          entries={[
            ...MINUTES.map((minutes) => ({
              id: String(minutes),
              label: t("late.minutes", { minutes }),
            })),
            { id: "own", label: t("late.own") },
          ]}
          onAction={(id) => {
            const late = MINUTES.find((minutes) => String(minutes) === id);
            if (late === undefined) setWriting(true);
            else void tell({ late_min: late });
          }}
        />
      </div>
      <Dialog title={t("late.title")} isOpen={isWriting} onOpenChange={setWriting}>
        {(close) => (
          <OneLine
            label={t("late.label")}
            hint={t("late.hint", { longest: LONGEST })}
            longest={LONGEST}
            submit={t("late.send")}
            onText={(text) => {
              close();
              void tell({ text });
            }}
          />
        )}
      </Dialog>
    </>
  );
}
