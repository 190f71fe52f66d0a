import { useTranslation } from "react-i18next";
import type { AuditKind, AuditSearch } from "../api";
import { Button, SearchField, Select, useSearchAsTyped } from "../components";
import { betweenDays } from "../moments";
import styles from "./audit.module.css";
import { accountWanted, sessionWanted } from "./words";

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
  useSearchAsTyped(typed, wantedBy, onSearch);

  const change = (name: keyof Typed) => (value: string) => onType({ ...typed, [name]: value });
  const isShort = (text: string, wanted: string | null) => text.trim() !== "" && wanted === null;
  const isEmpty = JSON.stringify(typed) === JSON.stringify(NOTHING);
  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers of 2022 do not know the element.
    <div role="search" className={styles.search}>
      <SearchField
        label={t("filter.from")}
        type="date"
        value={typed.from}
        onChange={change("from")}
      />
      <SearchField label={t("filter.to")} type="date" value={typed.to} onChange={change("to")} />
      <Select
        isField
        label={t("filter.kind")}
        options={[EVERY, ...KINDS].map((id) => ({ id, label: t(`kinds.${id}`) }))}
        value={typed.kind}
        onChange={change("kind")}
      />
      <SearchField
        label={t("filter.account")}
        type="search"
        value={typed.account}
        onChange={change("account")}
        hint={isShort(typed.account, accountWanted(typed.account)) ? t("filter.accountHint") : null}
      />
      <SearchField
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

function wantedBy({ from, to, kind, account, session }: Typed): AuditSearch {
  const person = accountWanted(account);
  const wanted = sessionWanted(session);
  return {
    ...betweenDays(from, to),
    ...(kind === EVERY ? {} : { kind: kind as AuditKind }),
    ...(person ? { account: person } : {}),
    ...(wanted ? { session: wanted } : {}),
  };
}
