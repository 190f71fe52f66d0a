import { Label, TextArea, TextField } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Button, Dialog, Notice, Panel } from "../../components";
import type { LONGEST_NOTE as LongestNote } from "../../generated/api";
import { currentLanguage } from "../../i18n";
import type { Draft } from "./noteDraft";
import styles from "./notes.module.css";
import type { Notes } from "./useNotes";

const LONGEST_NOTE: LongestNote = 10_000;
const COUNTED_FROM = LONGEST_NOTE - 500;

interface NotesPanelProps {
  notes: Notes;
  onHide?: () => void;
  className?: string | undefined;
}

/** Beside the video, and after the call: what the practitioner writes down, saved by itself. */
export function NotesPanel({ notes, onHide, className }: NotesPanelProps) {
  const { t } = useTranslation("notes");
  const { draft, ofColleagues } = notes;
  const isThere = draft.state !== "loading" && draft.state !== "notLoaded";
  return (
    <Panel id="notes" title={t("title")} onHide={onHide} className={className}>
      <TextField
        className={styles.field}
        value={draft.text}
        onChange={notes.type}
        maxLength={LONGEST_NOTE}
        isDisabled={!isThere}
        aria-describedby="notes-for-whom"
      >
        <Label className="visually-hidden">{t("label")}</Label>
        <TextArea className={styles.input} placeholder={t("placeholder")} />
      </TextField>
      <div className={styles.foot}>
        <p className="quiet">
          <SaidOf draft={draft} />
        </p>
        {draft.text !== "" && isThere && <Erase onErase={() => notes.type("")} />}
      </div>
      {draft.state === "notLoaded" && (
        <Notice kind="broken" actions={<Button onPress={notes.load}>{t("common:retry")}</Button>}>
          {t("notLoaded")}
        </Notice>
      )}
      {draft.state === "notSaved" && <Notice kind="broken">{t("notSaved")}</Notice>}
      {draft.state === "changedElsewhere" && (
        <Notice
          kind="broken"
          actions={
            <>
              <Button onPress={notes.load}>{t("showSaved")}</Button>
              <Button onPress={notes.keepThis}>{t("keepThis")}</Button>
            </>
          }
        >
          {t("changedElsewhere")}
        </Notice>
      )}
      {ofColleagues.map(({ code, text }) => (
        <section key={code} className={styles.colleague} aria-label={t("ofColleague", { code })}>
          <h3 className="quiet">{t("ofColleague", { code })}</h3>
          <p dir="auto" className={styles.text}>
            {text}
          </p>
        </section>
      ))}
      <p id="notes-for-whom" className="quiet">
        {t("forWhom")}
      </p>
    </Panel>
  );
}

function SaidOf({ draft: { text, state, savedAt } }: { draft: Draft }) {
  const { t } = useTranslation("notes");
  if (text.length > COUNTED_FROM) {
    return <span>{t("length", { count: text.length, longest: LONGEST_NOTE })}</span>;
  }
  if (state === "saved" && savedAt) {
    const time = savedAt.toLocaleTimeString(currentLanguage(), {
      hour: "2-digit",
      minute: "2-digit",
    });
    return <span>{t("savedAt", { time })}</span>;
  }
  if (state === "saved") return <span>{t("nothing")}</span>;
  return <span>{t(`states.${state}`)}</span>;
}

function Erase({ onErase }: { onErase: () => void }) {
  const { t } = useTranslation("notes");
  return (
    <Dialog title={t("erase.title")} trigger={<Button look="quiet">{t("erase.ask")}</Button>}>
      {(close) => (
        <>
          <p>{t("erase.text")}</p>
          <div className={styles.actions}>
            <Button onPress={close}>{t("erase.keep")}</Button>
            <Button
              look="primary"
              onPress={() => {
                onErase();
                close();
              }}
            >
              {t("erase.do")}
            </Button>
          </div>
        </>
      )}
    </Dialog>
  );
}
