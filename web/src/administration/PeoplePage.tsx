import { useState } from "react";
import { Input, Label, TextField } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { AccountPage } from "../account/AccountPage";
import { accountApi } from "../account/api";
import { Gate } from "../account/Gate";
import { useMe } from "../account/me";
import { type AccountView, useAnswer } from "../api";
import { Button, Spinner, StatusLine } from "../components";
import { dayAndTime } from "../moments";
import { AccountDialog } from "./AccountDialog";
import styles from "./administration.module.css";
import { groupsOf, isFound } from "./people";

function People() {
  const { t } = useTranslation("administration");
  const { answer: accounts, error, refresh } = useAnswer(accountApi.accounts);
  const { answer: units } = useAnswer(accountApi.units);
  const [wanted, setWanted] = useState("");
  const [changing, setChanging] = useState<AccountView | null>(null);
  const found = accounts?.filter((account) => isFound(account, wanted));
  return (
    <AccountPage title={t("people.title")} heading={t("people.title")} error={error}>
      <p className={styles.lead}>{t("people.text")}</p>
      <TextField className={styles.search} value={wanted} onChange={setWanted} type="search">
        <Label>{t("people.search")}</Label>
        <Input className={styles.input} autoComplete="off" spellCheck="false" />
      </TextField>
      <StatusLine className={styles.muted}>
        {!accounts && !error && <Spinner />}
        {found?.length === 0 && <span>{t("people.notFound")}</span>}
      </StatusLine>
      {groupsOf(found ?? []).map(({ name, accounts: members }) => (
        <section key={name} className={styles.section} aria-labelledby={name}>
          <h2 id={name}>{t(`people.${name}`)}</h2>
          <ul className={styles.rows}>
            {members.map((account) => (
              <Row key={account.id} account={account} onChange={() => setChanging(account)} />
            ))}
          </ul>
        </section>
      ))}
      {changing && (
        <AccountDialog
          account={changing}
          units={units ?? []}
          onClose={() => setChanging(null)}
          onChanged={refresh}
        />
      )}
    </AccountPage>
  );
}

interface RowProps {
  account: AccountView;
  onChange: () => void;
}

function Row({ account, onChange }: RowProps) {
  const { t } = useTranslation("administration");
  const isMine = useMe().code === account.code;
  const roles = [...new Set([...account.roles_of_provider, ...account.roles_given])];
  return (
    <li className={styles.row}>
      <div className={styles.what}>
        <p className={styles.name}>
          {account.label && <span translate="no">{account.label}</span>}
          <span className={account.label ? styles.muted : undefined} translate="no">
            {account.code}
          </span>
          {isMine && <span className={styles.tag}>{t("people.you")}</span>}
        </p>
        {roles.length > 0 && <p>{roles.map((role) => t(`account:roles.${role}`)).join(" · ")}</p>}
        <p className={styles.facts}>
          {account.units.length > 0 && (
            <span>{account.units.map(({ title }) => title).join(" · ")}</span>
          )}
          <span>{t("people.signedInAt", { time: dayAndTime(account.signed_in_at) })}</span>
          {account.logins > 0 && <span>{t("people.here")}</span>}
        </p>
      </div>
      {isMine ? (
        <p className={styles.muted}>{t("people.notYours")}</p>
      ) : (
        <Button onPress={onChange} aria-label={t("people.changeNamed", { code: account.code })}>
          {t("people.change")}
        </Button>
      )}
    </li>
  );
}

export default function PeoplePage() {
  return (
    <Gate of="administrator">
      <People />
    </Gate>
  );
}
