import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { SessionSearch, Unit } from "../api";
import { Button, SearchField, Select, useSearchAsTyped } from "../components";
import { betweenDays } from "../moments";
import styles from "./practitioner.module.css";

export type Wanted = Omit<SessionSearch, "when">;

const EVERY_UNIT = "";
const NOTHING = { patient: "", from: "", to: "", unit: EVERY_UNIT };

interface SearchBarProps {
  units: readonly Unit[];
  onSearch: (wanted: Wanted) => void;
}

/** By the patient's code, by days, by unit; all at once. Neither is written into the address: a
 *  browser remembers those. */
export function SearchBar({ units, onSearch }: SearchBarProps) {
  const { t } = useTranslation("practitioner");
  const [typed, setTyped] = useState(NOTHING);
  const first = useRef<HTMLInputElement>(null);
  const isEmpty = Object.values(typed).every((one) => one === "");

  useSearchAsTyped(typed, wantedBy, onSearch);

  const clear = () => {
    setTyped(NOTHING);
    first.current?.focus(); // the button that was pressed is gone
  };
  const change = (name: keyof typeof typed) => (value: string) =>
    setTyped({ ...typed, [name]: value });
  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers of 2022 do not know the element.
    <div role="search" className={styles.search}>
      <SearchField
        label={t("search.patient")}
        type="search"
        value={typed.patient}
        onChange={change("patient")}
        inputRef={first}
      />
      <SearchField
        label={t("search.from")}
        type="date"
        value={typed.from}
        onChange={change("from")}
      />
      <SearchField label={t("search.to")} type="date" value={typed.to} onChange={change("to")} />
      {units.length > 1 && (
        <Select
          isField
          label={t("search.unit")}
          options={[
            { id: "every", label: t("search.everyUnit") },
            ...units.map(({ id, title }) => ({ id, label: title })),
          ]}
          value={typed.unit || "every"}
          onChange={(id) => setTyped({ ...typed, unit: id === "every" ? EVERY_UNIT : id })}
        />
      )}
      {!isEmpty && (
        <Button look="quiet" icon="close" onPress={clear}>
          {t("search.clear")}
        </Button>
      )}
    </div>
  );
}

function wantedBy({ patient, from, to, unit }: typeof NOTHING): Wanted {
  return {
    ...(patient.trim() ? { patient: patient.trim() } : {}),
    ...betweenDays(from, to),
    ...(unit ? { unit } : {}),
  };
}
