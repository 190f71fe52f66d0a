import { Link } from "react-router";
import { LanguageSwitch } from "./LanguageSwitch";
import styles from "./WorkPage.module.css";

interface WorkPageProps {
  title: string;
  /** Set apart behind the title. */
  badge?: string | undefined;
  /** Where the product's name leads, in words. */
  home?: { to: string; label: string };
  facts?: React.ReactNode;
  footer: React.ReactNode;
  className?: string | undefined;
  children: React.ReactNode;
}

/** The frame of a page that fills the window: the practitioner's call, a replay. */
export function WorkPage({
  title,
  badge,
  home,
  facts,
  footer,
  className,
  children,
}: WorkPageProps) {
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <Brand home={home} />
        <h1 className={styles.title}>
          {title}
          {badge && <span className={styles.badge}>{badge}</span>}
        </h1>
        {facts}
        <span className={styles.end}>
          <LanguageSwitch />
        </span>
      </header>
      <main className={`${styles.main} ${className ?? ""}`}>{children}</main>
      <footer className={styles.footer}>{footer}</footer>
    </div>
  );
}

function Brand({ home }: Pick<WorkPageProps, "home">) {
  const name = (
    <>
      <img src="/icon.svg" alt="" width={28} height={28} />
      <span className={styles.brandName}>e-PediCare</span>
    </>
  );
  if (home === undefined) return <span className={styles.brand}>{name}</span>;
  return (
    <Link to={home.to} className={styles.brand}>
      {name}
      <span className="visually-hidden"> – {home.label}</span>
    </Link>
  );
}
