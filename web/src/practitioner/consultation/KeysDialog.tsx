import { useTranslation } from "react-i18next";
import { Dialog, Switch } from "../../components";
import styles from "./consultation.module.css";
import { VIEW_KEYS } from "./keys";
import { MARKS } from "./marks";

interface KeysDialogProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}

/** What each key does, and how to turn them off. */
export function KeysDialog({ isOpen, onOpenChange, isOn, onChange }: KeysDialogProps) {
  const { t } = useTranslation("consultation");
  const keys = [
    [VIEW_KEYS.alone.toUpperCase(), t("keys.alone")],
    [VIEW_KEYS.fullScreen.toUpperCase(), t("keys.fullScreen")],
    [t("keys.escape"), t("keys.back")],
    ...MARKS.map((name, i) => [
      String(i + 1),
      name === "free" ? t("marks.free") : t("keys.mark", { mark: t(`marks:${name}`) }),
    ]),
    [VIEW_KEYS.help, t("keys.help")],
  ];
  return (
    <Dialog title={t("keys.title")} isOpen={isOpen} onOpenChange={onOpenChange}>
      <dl className={styles.keys}>
        {keys.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <Switch isSelected={isOn} onChange={onChange}>
        {t("keys.on")}
      </Switch>
    </Dialog>
  );
}
