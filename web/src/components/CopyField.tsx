import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./Button";
import styles from "./CopyField.module.css";
import { StatusLine } from "./StatusLine";

interface CopyFieldProps {
  label: string;
  /** What is shown, when it differs from what is copied. */
  shown?: string;
  value: string;
  large?: boolean;
}

export function CopyField({ label, value, shown = value, large = false }: CopyFieldProps) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const [isWhole, setWhole] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
      setTimeout(() => setCopied(false), 3000);
    } catch {
      // The browser keeps the clipboard to itself: show all of it, to be selected by hand.
      setWhole(true);
    }
  };
  return (
    <div className={styles.field}>
      <span className={styles.label}>{label}</span>
      <div className={styles.row}>
        <output
          className={large ? styles.large : styles.value}
          data-whole={isWhole}
          aria-label={label}
          translate="no"
        >
          {shown}
        </output>
        <Button
          icon={copied ? "check" : "copy"}
          onPress={copy}
          aria-label={t("copyNamed", { label })}
        >
          {t(copied ? "copied" : "copy")}
        </Button>
      </div>
      <StatusLine className="visually-hidden">{copied && t("copied")}</StatusLine>
    </div>
  );
}
