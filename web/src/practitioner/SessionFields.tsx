import { useState } from "react";
import {
  FieldError,
  Input,
  Label,
  Radio,
  RadioGroup,
  Text,
  TextField,
} from "react-aria-components";
import { useTranslation } from "react-i18next";
import { accountApi } from "../account/api";
import { type KnownPatient, sentenceOf } from "../api";
import { ageOf } from "../moments";
import { PatientCodeField } from "./PatientCodeField";
import styles from "./practitioner.module.css";
import type { TypedFacts, WrongFact } from "./sessionFacts";

const LONGEST_LABEL = 80;

interface SessionFieldsProps {
  typed: TypedFacts;
  onChange: (typed: TypedFacts) => void;
  /** Of the session. */
  unitId: string | null;
  /** What codes of this unit look like that are typed. */
  codePattern?: string | null;
  /** Told once it was tried to send them. */
  wrong: readonly WrongFact[];
  codeError: string | null;
  onCodeError: (error: string | null) => void;
  /** The time is still to come, or not. */
  canBePlanned: boolean;
  /** About the code, right under it. */
  codeNotice?: React.ReactNode;
}

/** What a practitioner may write of a session. Nothing must be filled in. */
export function SessionFields(props: SessionFieldsProps) {
  const {
    typed,
    onChange,
    unitId,
    codePattern = null,
    wrong,
    codeError,
    onCodeError,
    canBePlanned,
    codeNotice,
  } = props;
  const { t } = useTranslation("practitioner");
  const [isDrawing, setDrawing] = useState(false);
  const age = /^\d+$/.test(typed.ageMonths) ? ageOf(Number(typed.ageMonths)) : null;

  const isKnown = ({ code, next_visit }: KnownPatient) => {
    onCodeError(null);
    onChange({ ...typed, patientCode: code, visitNumber: String(next_visit) });
  };
  const draw = async () => {
    setDrawing(true);
    try {
      isKnown(await accountApi.createPatient(unitId));
    } catch (reason) {
      onCodeError(sentenceOf(reason));
    }
    setDrawing(false);
  };
  return (
    <>
      <PatientCodeField
        value={typed.patientCode}
        unitId={unitId}
        pattern={codePattern}
        onChange={(patientCode) => {
          onCodeError(null);
          onChange({ ...typed, patientCode });
        }}
        onKnown={isKnown}
        onDraw={() => void draw()}
        isDrawing={isDrawing}
        error={codeError}
      />
      {codeNotice && <div>{codeNotice}</div>}
      <div className={styles.twoFields}>
        <CountField
          label={t("form.visit")}
          value={typed.visitNumber}
          onChange={(visitNumber) => onChange({ ...typed, visitNumber })}
          error={wrong.includes("visitNumber") ? t("form.wrong.visit") : null}
        />
        <CountField
          label={t("form.age")}
          value={typed.ageMonths}
          onChange={(ageMonths) => onChange({ ...typed, ageMonths })}
          error={wrong.includes("ageMonths") ? t("form.wrong.age") : null}
          hint={
            age && age.years > 0
              ? t("form.years", { count: age.years, months: age.months })
              : t("form.ageHint")
          }
        />
      </div>
      {canBePlanned && (
        <RadioGroup
          className={styles.field}
          value={typed.isPlanned ? "planned" : "now"}
          onChange={(when) => onChange({ ...typed, isPlanned: when === "planned" })}
        >
          <Label>{t("form.when")}</Label>
          <div className={styles.radios}>
            <Radio value="now" className={styles.radio}>
              {t("form.now")}
            </Radio>
            <Radio value="planned" className={styles.radio}>
              {t("form.planned")}
            </Radio>
          </div>
          {typed.isPlanned && (
            <div className={styles.twoFields}>
              <MomentField
                type="date"
                label={t("form.date")}
                value={typed.date}
                onChange={(date) => onChange({ ...typed, date })}
                isWrong={wrong.includes("moment")}
              />
              <MomentField
                type="time"
                label={t("form.time")}
                value={typed.time}
                onChange={(time) => onChange({ ...typed, time })}
                isWrong={wrong.includes("moment")}
              />
            </div>
          )}
          {typed.isPlanned && (
            <Text slot="description" className={styles.hint}>
              {t("form.plannedHint")}
            </Text>
          )}
        </RadioGroup>
      )}
      <TextField
        className={styles.field}
        value={typed.label}
        onChange={(label) => onChange({ ...typed, label })}
        maxLength={LONGEST_LABEL}
      >
        <Label>{t("edit.label")}</Label>
        <Input className={styles.input} />
        <Text slot="description" className={styles.hint}>
          {t("edit.hint")}
        </Text>
      </TextField>
    </>
  );
}

interface CountFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error: string | null;
  hint?: string;
}

function CountField({ label, value, onChange, error, hint }: CountFieldProps) {
  return (
    <TextField
      className={styles.field}
      value={value}
      onChange={onChange}
      isInvalid={error !== null}
      validationBehavior="aria"
    >
      <Label>{label}</Label>
      <Input className={styles.input} inputMode="numeric" autoComplete="off" />
      <FieldError className={styles.error}>{error}</FieldError>
      {hint && !error && (
        <Text slot="description" className={styles.hint}>
          {hint}
        </Text>
      )}
    </TextField>
  );
}

interface MomentFieldProps {
  type: "date" | "time";
  label: string;
  value: string;
  onChange: (value: string) => void;
  isWrong: boolean;
}

function MomentField({ type, label, value, onChange, isWrong }: MomentFieldProps) {
  const { t } = useTranslation("practitioner");
  return (
    <TextField
      className={styles.field}
      value={value}
      onChange={onChange}
      isInvalid={isWrong && value === ""}
      validationBehavior="aria"
    >
      <Label>{label}</Label>
      <Input type={type} className={styles.input} />
      <FieldError className={styles.error}>{t(`form.wrong.${type}`)}</FieldError>
    </TextField>
  );
}
