import { useState } from "react";
import { Input, Label, Text, TextField } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { AccountPage } from "../account/AccountPage";
import { accountApi } from "../account/api";
import { Gate } from "../account/Gate";
import { type KnownUnit, sentenceOf, useAnswer } from "../api";
import { Button, Dialog, Notice, Spinner, StatusLine } from "../components";
import styles from "./administration.module.css";

const LONGEST_TITLE = 80;
const LONGEST_CLAIM = 255;
const LONGEST_PATTERN = 16;
const LONGEST_NUMBER = 5;
const LONGEST_DAYS = 36_525;

function Units() {
  const { t } = useTranslation("administration");
  const { answer: units, error, refresh } = useAnswer(accountApi.units);
  const { answer: accounts } = useAnswer(accountApi.accounts);
  const { answer: rules } = useAnswer(accountApi.rules);
  const [changing, setChanging] = useState<KnownUnit | "new" | null>(null);
  const peopleOf = ({ id }: KnownUnit) =>
    accounts?.filter((account) => account.units.some((unit) => unit.id === id)).length;
  return (
    <AccountPage
      title={t("units.title")}
      heading={t("units.title")}
      error={error}
      action={
        <Button look="primary" icon="plus" onPress={() => setChanging("new")}>
          {t("units.create")}
        </Button>
      }
    >
      <p className={styles.lead}>{t("units.text")}</p>
      <StatusLine className={styles.muted}>
        {!units && !error && <Spinner />}
        {units?.length === 0 && <span>{t("units.none")}</span>}
      </StatusLine>
      {units && units.length > 0 && (
        <ul className={styles.rows}>
          {units.map((unit) => (
            <li key={unit.id} className={styles.row}>
              <div className={styles.what}>
                <p className={styles.name}>
                  <span translate="no">{unit.title}</span>
                </p>
                <p className={styles.facts}>
                  {accounts && <span>{t("units.people", { count: peopleOf(unit) })}</span>}
                  {unit.patient_code_pattern && (
                    <span>{t("units.codes", { pattern: unit.patient_code_pattern })}</span>
                  )}
                  {unit.keeping_days !== null && (
                    <span>{t("units.kept", { count: unit.keeping_days })}</span>
                  )}
                  {unit.research_use_days !== null && (
                    <span>{t("units.keptForResearch", { count: unit.research_use_days })}</span>
                  )}
                  {unit.claim && <span>{t("units.claim", { claim: unit.claim })}</span>}
                </p>
              </div>
              <Button
                onPress={() => setChanging(unit)}
                aria-label={t("units.changeNamed", { title: unit.title })}
              >
                {t("units.change")}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <section className={styles.section} aria-labelledby="rules">
        <h2 id="rules">{t("rules.title")}</h2>
        {rules && (
          <p>
            {rules.patient_code_pattern
              ? t("rules.pattern", { pattern: rules.patient_code_pattern })
              : t("rules.free")}
          </p>
        )}
        <p className={styles.muted}>{t("rules.text")}</p>
      </section>
      {changing && (
        <UnitDialog
          unit={changing === "new" ? null : changing}
          onClose={() => setChanging(null)}
          onChanged={refresh}
        />
      )}
    </AccountPage>
  );
}

interface UnitDialogProps {
  /** null: a new one. */
  unit: KnownUnit | null;
  onClose: () => void;
  onChanged: () => Promise<void>;
}

function UnitDialog({ unit, onClose, onChanged }: UnitDialogProps) {
  const { t } = useTranslation("administration");
  const [title, setTitle] = useState(unit?.title ?? "");
  const [claim, setClaim] = useState("");
  const [pattern, setPattern] = useState(unit?.patient_code_pattern ?? "");
  const [keeping, setKeeping] = useState(typed(unit?.keeping_days));
  const [research, setResearch] = useState(typed(unit?.research_use_days));
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  const save = async (event: React.FormEvent) => {
    event.preventDefault();
    const [keeping_days, research_use_days] = [Number(keeping), Number(research)];
    if (!title.trim()) return;
    if (![keeping_days, research_use_days].every(isDays)) {
      setError(t("units.noDays", { most: LONGEST_DAYS }));
      return;
    }
    setBusy(true);
    setError(null);
    try {
      await (unit
        ? accountApi.changeUnit(unit.id, {
            title,
            patient_code_pattern: pattern.trim(),
            keeping_days,
            research_use_days,
          })
        : accountApi.addUnit(title, claim));
      await onChanged();
      onClose();
    } catch (reason) {
      setError(sentenceOf(reason));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={unit ? t("units.changeNamed", { title: unit.title }) : t("units.create")}
      isOpen
      onOpenChange={(open) => open || onClose()}
    >
      {error && <Notice kind="broken">{error}</Notice>}
      <form className={styles.stack} onSubmit={save}>
        <TextField
          className={styles.field}
          value={title}
          onChange={setTitle}
          maxLength={LONGEST_TITLE}
          isRequired
          autoFocus
        >
          <Label>{t("units.name")}</Label>
          <Input className={styles.input} autoComplete="off" />
        </TextField>
        {unit ? (
          <>
            <Optional
              label={t("units.pattern")}
              hint={t("units.patternHint")}
              value={pattern}
              onChange={setPattern}
              longest={LONGEST_PATTERN}
            />
            <Optional
              label={t("units.keepingDays")}
              hint={t("units.keepingDaysHint")}
              value={keeping}
              onChange={setKeeping}
              longest={LONGEST_NUMBER}
              isNumber
            />
            <Optional
              label={t("units.researchDays")}
              hint={t("units.researchDaysHint")}
              value={research}
              onChange={setResearch}
              longest={LONGEST_NUMBER}
              isNumber
            />
          </>
        ) : (
          <Optional
            label={t("units.newClaim")}
            hint={t("units.claimHint")}
            value={claim}
            onChange={setClaim}
            longest={LONGEST_CLAIM}
          />
        )}
        <div className={styles.ends}>
          <Button onPress={onClose}>{t("account.back")}</Button>
          <Button look="primary" type="submit" isBusy={isBusy}>
            {unit ? t("account.save") : t("units.make")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function typed(days: number | null | undefined): string {
  return days ? String(days) : "";
}

/** Nothing typed is 0: no date. */
function isDays(days: number): boolean {
  return Number.isInteger(days) && days >= 0 && days <= LONGEST_DAYS;
}

interface OptionalProps {
  label: string;
  hint: string;
  value: string;
  onChange: (value: string) => void;
  longest: number;
  isNumber?: boolean;
}

function Optional({ label, hint, value, onChange, longest, isNumber }: OptionalProps) {
  return (
    <TextField className={styles.field} value={value} onChange={onChange} maxLength={longest}>
      <Label>{label}</Label>
      <Input
        className={styles.input}
        autoComplete="off"
        spellCheck="false"
        inputMode={isNumber ? "numeric" : undefined}
      />
      <Text slot="description" className={styles.hint}>
        {hint}
      </Text>
    </TextField>
  );
}

export default function UnitsPage() {
  return (
    <Gate of="administrator">
      <Units />
    </Gate>
  );
}
