import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { AccountPage } from "../account/AccountPage";
import { Gate } from "../account/Gate";
import type { AuditSearch } from "../api";
import { Button, Spinner, StatusLine } from "../components";
import { AuditEntries } from "./AuditEntries";
import { AuditFilters, NOTHING, type Typed } from "./AuditFilters";
import styles from "./audit.module.css";
import { Copies } from "./Copies";
import { useAudit } from "./useAudit";
import { Verification } from "./Verification";

function Audit() {
  const { t } = useTranslation("audit");
  const [typed, setTyped] = useState<Typed>(NOTHING);
  const [wanted, setWanted] = useState<AuditSearch>({});
  const { entries, hasMore, showMore, error } = useAudit(wanted);
  const search = useCallback((next: AuditSearch) => {
    setWanted((before) => (JSON.stringify(before) === JSON.stringify(next) ? before : next));
  }, []);
  return (
    <AccountPage title={t("title")} heading={t("title")} error={error}>
      <p className={styles.lead}>{t("text")}</p>
      <div className={styles.two}>
        <Verification />
        <Copies />
      </div>
      <section className={styles.section} aria-labelledby="entries">
        <h2 id="entries">{t("entries")}</h2>
        <AuditFilters typed={typed} onType={setTyped} onSearch={search} />
        <StatusLine className={styles.muted}>
          {!entries && !error && <Spinner />}
          {entries?.length === 0 && <span>{t("nothing")}</span>}
        </StatusLine>
        {entries && entries.length > 0 && (
          <AuditEntries
            entries={entries}
            onPerson={(account) => setTyped({ ...typed, account })}
            onSession={(session) => setTyped({ ...typed, session })}
          />
        )}
        {hasMore && <Button onPress={() => void showMore()}>{t("older")}</Button>}
      </section>
    </AccountPage>
  );
}

export default function AuditPage() {
  return (
    <Gate of="auditor">
      <Audit />
    </Gate>
  );
}
