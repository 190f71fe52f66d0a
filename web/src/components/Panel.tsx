import { useTranslation } from "react-i18next";
import { IconButton } from "./Button";
import styles from "./Panel.module.css";

interface PanelProps {
  /** Unique in the page. */
  id: string;
  title: string;
  action?: React.ReactNode;
  /** Given, the panel can be folded away. */
  onHide?: (() => void) | undefined;
  className?: string | undefined;
  children: React.ReactNode;
}

/** A titled box of a page that fills the window. */
export function Panel({ id, title, action, onHide, className, children }: PanelProps) {
  const { t } = useTranslation();
  return (
    <section className={`${styles.panel} ${className ?? ""}`} aria-labelledby={headingOf(id)}>
      <header className={styles.heading}>
        <h2 id={headingOf(id)}>{title}</h2>
        {(action || onHide) && (
          <span className={styles.actions}>
            {action}
            {onHide && <IconButton icon="close" label={t("hide", { title })} onPress={onHide} />}
          </span>
        )}
      </header>
      <div className={styles.content}>{children}</div>
    </section>
  );
}

export function headingOf(panelId: string): string {
  return `${panelId}-heading`;
}
