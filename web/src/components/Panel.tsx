import styles from "./Panel.module.css";

interface PanelProps {
  /** Unique in the page. */
  id: string;
  title: string;
  action?: React.ReactNode;
  className?: string | undefined;
  children: React.ReactNode;
}

/** A titled box of a page that fills the window. */
export function Panel({ id, title, action, className, children }: PanelProps) {
  return (
    <section className={`${styles.panel} ${className ?? ""}`} aria-labelledby={headingOf(id)}>
      <header className={styles.heading}>
        <h2 id={headingOf(id)}>{title}</h2>
        {action}
      </header>
      <div className={styles.content}>{children}</div>
    </section>
  );
}

export function headingOf(panelId: string): string {
  return `${panelId}-heading`;
}
