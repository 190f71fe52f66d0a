import { useEffect, useRef, useState } from "react";
import { Input, Label, TextField } from "react-aria-components";
import { useTranslation } from "react-i18next";
import type { SessionSearch, Unit } from "../api";
import { Button, Select } from "../components";
import { endOfDay, momentOf } from "../moments";
import styles from "./practitioner.module.css";

export type Wanted = Omit<SessionSearch, "when">;

const TYPING_MS = 300;
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

  useEffect(() => {
    const timer = setTimeout(() => onSearch(wantedBy(typed)), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, onSearch]);

  const clear = () => {
    setTyped(NOTHING);
    first.current?.focus(); // the button that was pressed is gone
  };
  const change = (name: keyof typeof typed) => (value: string) =>
    setTyped({ ...typed, [name]: value });
  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers of 2022 do not know the element.
    <div role="search" className={styles.search}>
      <Field
        label={t("search.patient")}
        type="search"
        value={typed.patient}
        onChange={change("patient")}
        inputRef={first}
      />
      <Field label={t("search.from")} type="date" value={typed.from} onChange={change("from")} />
      <Field label={t("search.to")} type="date" value={typed.to} onChange={change("to")} />
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

interface FieldProps {
  label: string;
  type: "search" | "date";
  value: string;
  onChange: (value: string) => void;
  inputRef?: React.Ref<HTMLInputElement>;
}

function Field({ label, type, value, onChange, inputRef }: FieldProps) {
  return (
    <TextField className={styles.field} value={value} onChange={onChange} type={type}>
      <Label>{label}</Label>
      <Input ref={inputRef} className={styles.input} autoComplete="off" spellCheck="false" />
    </TextField>
  );
}

function wantedBy({ patient, from, to, unit }: typeof NOTHING): Wanted {
  const since = from && momentOf(from, "00:00");
  const until = to && endOfDay(to);
  return {
    ...(patient.trim() ? { patient: patient.trim() } : {}),
    ...(since ? { since } : {}),
    ...(until ? { until } : {}),
    ...(unit ? { unit } : {}),
  };
}
