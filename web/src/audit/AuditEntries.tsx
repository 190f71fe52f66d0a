import { useTranslation } from "react-i18next";
import type { AuditEntry } from "../api";
import { secondOfDay } from "../moments";
import styles from "./audit.module.css";
import { actionInWords, codeOf, shortSession } from "./words";

interface AuditEntriesProps {
  entries: readonly AuditEntry[];
  /** Look for all of one person, or of one session. */
  onPerson: (account: string) => void;
  onSession: (session: string) => void;
}

export function AuditEntries({ entries, onPerson, onSession }: AuditEntriesProps) {
  const { t } = useTranslation("audit");
  return (
    <ol className={styles.rows}>
      {entries.map((entry) => (
        <li key={entry.id} className={styles.entry}>
          <time className={styles.at} dateTime={entry.at}>
            {secondOfDay(entry.at)}
          </time>
          <span className={styles.did}>{actionInWords(entry.action)}</span>
          <span className={styles.by}>
            <span>{t(`who.${entry.role}`, { defaultValue: entry.role })}</span>
            {entry.account && (
              <Filter
                label={t("ofPerson", { code: codeOf(entry.account) })}
                text={codeOf(entry.account)}
                onPress={() => onPerson(codeOf(entry.account ?? ""))}
              />
            )}
          </span>
          <span className={styles.of}>
            {entry.session_id && (
              <Filter
                label={t("ofSession", { id: shortSession(entry) })}
                text={t("session", { id: shortSession(entry) })}
                onPress={() => onSession(entry.session_id ?? "")}
              />
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}

interface FilterProps {
  label: string;
  text: string;
  onPress: () => void;
}

function Filter({ label, text, onPress }: FilterProps) {
  return (
    <button type="button" className={styles.filter} aria-label={label} onClick={onPress}>
      {text}
    </button>
  );
}
