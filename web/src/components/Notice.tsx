import { useTranslation } from "react-i18next";
import { IconButton } from "./Button";
import { Icon } from "./Icon";
import styles from "./Notice.module.css";

interface NoticeProps {
  /** "broken" is for errors and lost calls, and is announced at once. */
  kind?: "info" | "broken";
  title?: string;
  children?: React.ReactNode;
  actions?: React.ReactNode;
  /** Given, the notice can be put away. */
  onDismiss?: () => void;
}

export function Notice({ kind = "info", title, children, actions, onDismiss }: NoticeProps) {
  const { t } = useTranslation();
  return (
    <div className={`${styles.notice} ${styles[kind]}`} role={kind === "broken" ? "alert" : "note"}>
      <Icon name={kind === "broken" ? "warning" : "info"} />
      <div className={styles.body}>
        <div className={styles.text}>
          {title && <p className={styles.title}>{title}</p>}
          <div className={styles.content}>{children}</div>
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
      {onDismiss && (
        <span className={styles.dismiss}>
          <IconButton icon="close" label={t("dismiss")} onPress={onDismiss} />
        </span>
      )}
    </div>
  );
}
