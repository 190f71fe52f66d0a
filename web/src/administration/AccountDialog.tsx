import { useState } from "react";
import { Input, Label, Text, TextField } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { accountApi } from "../account/api";
import { ALL_ROLES } from "../account/parts";
import { type AccountView, type KnownUnit, sentenceOf } from "../api";
import { Button, Dialog, Notice, Switch } from "../components";
import styles from "./administration.module.css";

const LONGEST_LABEL = 80;

interface AccountDialogProps {
  account: AccountView;
  units: readonly KnownUnit[];
  onClose: () => void;
  onChanged: () => Promise<void>;
}

/** What an administrator gives and takes. What the provider tells stands beside it. */
export function AccountDialog({ account, units, onClose, onChanged }: AccountDialogProps) {
  const { t } = useTranslation("administration");
  const [label, setLabel] = useState(account.label ?? "");
  const [roles, setRoles] = useState<ReadonlySet<string>>(new Set(account.roles_given));
  const [unitIds, setUnitIds] = useState<ReadonlySet<string>>(new Set(account.units_given));
  const [isBarred, setBarred] = useState(account.barred_at !== null);
  const [logins, setLogins] = useState(account.logins);
  const [busy, setBusy] = useState<"save" | "signOut" | null>(null);
  const [error, setError] = useState<string | null>(null);

  const attempt = async (what: "save" | "signOut", action: () => Promise<void>) => {
    setBusy(what);
    setError(null);
    try {
      await action();
    } catch (reason) {
      setError(sentenceOf(reason));
    }
    setBusy(null);
  };
  const save = () =>
    attempt("save", async () => {
      await accountApi.changeAccount(account.id, {
        label,
        roles: ALL_ROLES.filter((role) => roles.has(role)),
        units: [...unitIds],
        barred: isBarred,
      });
      await onChanged();
      onClose();
    });
  const signOut = () =>
    attempt("signOut", async () => {
      setLogins((await accountApi.signOutAccount(account.id)).logins);
      await onChanged();
    });
  const rolesToGive = ALL_ROLES.filter((role) => !account.roles_of_provider.includes(role));
  const told = account.units.filter(({ id }) => !account.units_given.includes(id));
  const unitsToGive = units.filter(({ id }) => !told.some((unit) => unit.id === id));
  return (
    <Dialog
      title={t("account.title", { code: account.code })}
      isOpen
      onOpenChange={(open) => open || onClose()}
    >
      {error && <Notice kind="broken">{error}</Notice>}
      <form
        className={styles.stack}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <TextField
          className={styles.field}
          value={label}
          onChange={setLabel}
          maxLength={LONGEST_LABEL}
        >
          <Label>{t("account.label")}</Label>
          <Input className={styles.input} autoComplete="off" />
          <Text slot="description" className={styles.hint}>
            {t("account.labelHint")}
          </Text>
        </TextField>
        <fieldset className={styles.choices}>
          <legend>{t("account.roles")}</legend>
          {account.roles_of_provider.length > 0 && (
            <p className={styles.hint}>
              {t("account.ofProvider", {
                what: account.roles_of_provider
                  .map((role) => t(`account:roles.${role}`))
                  .join(", "),
              })}
            </p>
          )}
          {rolesToGive.map((role) => (
            <Switch
              key={role}
              isSelected={roles.has(role)}
              onChange={(isOn) => setRoles(changed(roles, role, isOn))}
            >
              {t(`account.gives.${role}`)}
            </Switch>
          ))}
        </fieldset>
        <fieldset className={styles.choices}>
          <legend>{t("account.units")}</legend>
          {told.length > 0 && (
            <p className={styles.hint}>
              {t("account.ofProvider", { what: told.map(({ title }) => title).join(", ") })}
            </p>
          )}
          {unitsToGive.map(({ id, title }) => (
            <Switch
              key={id}
              isSelected={unitIds.has(id)}
              onChange={(isOn) => setUnitIds(changed(unitIds, id, isOn))}
            >
              {title}
            </Switch>
          ))}
          {told.length + unitsToGive.length === 0 && (
            <p className={styles.hint}>{t("account.noUnits")}</p>
          )}
        </fieldset>
        <fieldset className={styles.choices}>
          <legend>{t("account.access")}</legend>
          <Switch isSelected={isBarred} onChange={setBarred}>
            {t("account.barred")}
          </Switch>
          <div className={styles.logins}>
            <span>
              {logins > 0 ? t("account.logins", { count: logins }) : t("account.noLogins")}
            </span>
            {logins > 0 && (
              <Button isBusy={busy === "signOut"} onPress={() => void signOut()}>
                {t("account.signOut")}
              </Button>
            )}
          </div>
        </fieldset>
        <p className={styles.hint}>{t("account.takes")}</p>
        <div className={styles.ends}>
          <Button onPress={onClose}>{t("account.back")}</Button>
          <Button look="primary" type="submit" isBusy={busy === "save"}>
            {t("account.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function changed(among: ReadonlySet<string>, one: string, isIn: boolean): ReadonlySet<string> {
  const next = new Set(among);
  if (isIn) next.add(one);
  else next.delete(one);
  return next;
}
