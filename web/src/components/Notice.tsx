import { Icon } from "./Icon";
import styles from "./Notice.module.css";

interface NoticeProps {
  /** "broken" is for errors and lost calls, and is announced at once. */
  kind?: "info" | "broken";
  title?: string;
  children?: React.ReactNode;
  actions?: React.ReactNode;
}

export function Notice({ kind = "info", title, children, actions }: NoticeProps) {
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
    </div>
  );
}
