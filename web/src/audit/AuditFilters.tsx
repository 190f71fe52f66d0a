import { useEffect } from "react";
import { Input, Label, Text, TextField } from "react-aria-components";
import { useTranslation } from "react-i18next";
import type { AuditKind, AuditSearch } from "../api";
import { Button, Select } from "../components";
import { endOfDay, momentOf } from "../moments";
import styles from "./audit.module.css";
import { accountWanted, sessionWanted } from "./words";

const TYPING_MS = 300;
const EVERY = "every";
const KINDS: readonly AuditKind[] = [
  "sign_in",
  "look",
  "agreement",
  "session",
  "administration",
  "audit",
  "refused",
];

export const NOTHING = { from: "", to: "", kind: EVERY, account: "", session: "" };
export type Typed = typeof NOTHING;

interface AuditFiltersProps {
  typed: Typed;
  onType: (typed: Typed) => void;
  onSearch: (wanted: AuditSearch) => void;
}

/** By days, kind, person and session; all at once. */
export function AuditFilters({ typed, onType, onSearch }: AuditFiltersProps) {
  const { t } = useTranslation("audit");
  useEffect(() => {
    const timer = setTimeout(() => onSearch(wantedBy(typed)), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, onSearch]);

  const change = (name: keyof Typed) => (value: string) => onType({ ...typed, [name]: value });
  const isShort = (text: string, wanted: string | null) => text.trim() !== "" && wanted === null;
  const isEmpty = JSON.stringify(typed) === JSON.stringify(NOTHING);
  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers of 2022 do not know the element.
    <div role="search" className={styles.search}>
      <Field label={t("filter.from")} type="date" value={typed.from} onChange={change("from")} />
      <Field label={t("filter.to")} type="date" value={typed.to} onChange={change("to")} />
      <Select
        isField
        label={t("filter.kind")}
        options={[EVERY, ...KINDS].map((id) => ({ id, label: t(`kinds.${id}`) }))}
        value={typed.kind}
        onChange={change("kind")}
      />
      <Field
        label={t("filter.account")}
        type="search"
        value={typed.account}
        onChange={change("account")}
        hint={isShort(typed.account, accountWanted(typed.account)) ? t("filter.accountHint") : null}
      />
      <Field
        label={t("filter.session")}
        type="search"
        value={typed.session}
        onChange={change("session")}
        hint={isShort(typed.session, sessionWanted(typed.session)) ? t("filter.sessionHint") : null}
      />
      {!isEmpty && (
        <Button look="quiet" icon="close" onPress={() => onType(NOTHING)}>
          {t("filter.clear")}
        </Button>
      )}
    </div>
  );
}

interface FieldProps {
  label: string;
  type: "search" | "date";
  value: string;
  onChange: (value: string) => void;
  hint?: string | null;
}

function Field({ label, type, value, onChange, hint }: FieldProps) {
  return (
    <TextField className={styles.field} value={value} onChange={onChange} type={type}>
      <Label>{label}</Label>
      <Input className={styles.input} autoComplete="off" spellCheck="false" />
      {hint && (
        <Text slot="description" className={styles.hint}>
          {hint}
        </Text>
      )}
    </TextField>
  );
}

function wantedBy({ from, to, kind, account, session }: Typed): AuditSearch {
  const since = from && momentOf(from, "00:00");
  const until = to && endOfDay(to);
  const person = accountWanted(account);
  const wanted = sessionWanted(session);
  return {
    ...(since ? { since } : {}),
    ...(until ? { until } : {}),
    ...(kind === EVERY ? {} : { kind: kind as AuditKind }),
    ...(person ? { account: person } : {}),
    ...(wanted ? { session: wanted } : {}),
  };
}
