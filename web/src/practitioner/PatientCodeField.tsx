import { useEffect, useState } from "react";
import {
  Button as AriaButton,
  ComboBox,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Text,
} from "react-aria-components";
import { useTranslation } from "react-i18next";
import { accountApi } from "../account/api";
import type { KnownPatient } from "../api";
import { Button, Icon } from "../components";
import list from "../components/List.module.css";
import styles from "./practitioner.module.css";

const TYPING_MS = 250;
const LONGEST_TYPED = 64;

interface PatientCodeFieldProps {
  value: string;
  /** Whose codes these are. */
  unitId: string | null;
  /** What codes of this unit look like that are typed. */
  pattern: string | null;
  onChange: (code: string) => void;
  /** The code is one of these, or was drawn just now. */
  onKnown: (patient: KnownPatient) => void;
  onDraw: () => void;
  isDrawing: boolean;
  /** Why the code cannot be taken. */
  error: string | null;
}

/** A patient's code: one that is known, one that is drawn, or a new one that is typed. */
export function PatientCodeField(props: PatientCodeFieldProps) {
  const { value, unitId, pattern, onChange, onKnown, onDraw, isDrawing, error } = props;
  const { t } = useTranslation("practitioner");
  const [known, setKnown] = useState<KnownPatient[]>([]);

  useEffect(() => {
    let isWanted = true;
    const look = async () => {
      const found = await accountApi.patients(value, unitId).catch(() => []);
      if (isWanted) setKnown(found);
    };
    const timer = setTimeout(() => void look(), TYPING_MS);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [value, unitId]);

  const choose = (code: string) => {
    onChange(code);
    const patient = known.find((one) => one.code === code);
    if (patient) onKnown(patient);
  };
  return (
    <div className={styles.codeRow}>
      <ComboBox
        className={styles.codeField}
        inputValue={value}
        onInputChange={onChange}
        onSelectionChange={(key) => key !== null && choose(String(key))}
        items={known.map((patient) => ({ id: patient.code, ...patient }))}
        defaultFilter={() => true}
        allowsCustomValue
        isInvalid={error !== null}
        autoFocus
      >
        <Label>{t("form.patient")}</Label>
        <div className={styles.combo}>
          <Input
            className={styles.input}
            maxLength={LONGEST_TYPED}
            autoCapitalize="characters"
            autoComplete="off"
            spellCheck="false"
            translate="no"
          />
          <AriaButton className={styles.comboButton} aria-label={t("form.known")}>
            <Icon name="chevron" size={16} />
          </AriaButton>
        </div>
        <FieldError className={styles.error}>{error}</FieldError>
        <Text slot="description" className={styles.hint}>
          {pattern === null ? t("form.patientHint") : t("form.patternHint", { pattern })}
        </Text>
        <Popover className={list.popover}>
          <ListBox className={list.list}>
            {(patient: KnownPatient & { id: string }) => (
              <ListBoxItem id={patient.id} textValue={patient.code} className={list.item}>
                <span className={styles.code} translate="no">
                  {patient.code}
                </span>
                <span className={styles.muted}>{t("form.visits", { count: patient.visits })}</span>
              </ListBoxItem>
            )}
          </ListBox>
        </Popover>
      </ComboBox>
      <Button onPress={onDraw} isBusy={isDrawing}>
        {t("form.draw")}
      </Button>
    </div>
  );
}
