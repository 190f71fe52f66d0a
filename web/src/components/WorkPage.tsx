import { Children } from "react";
import { Link } from "react-router";
import { Part } from "./FailedPart";
import { LanguageSwitch } from "./LanguageSwitch";
import styles from "./WorkPage.module.css";

interface WorkPageProps {
  title: string;
  /** Set apart behind the title. */
  badge?: string | undefined;
  /** Where the product's name leads, in words. */
  home?: { to: string; label: string } | undefined;
  facts?: React.ReactNode;
  footer: React.ReactNode;
  className?: string | undefined;
  children: React.ReactNode;
}

/** The frame of a page that fills the window: the practitioner's call, a replay. A part that cannot
 *  be drawn says so, and the others go on: a call keeps its picture and its sound. */
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
          <span>{title}</span>
          {badge && <span className={styles.badge}>{badge}</span>}
        </h1>
        <Part>{facts}</Part>
        <span className={styles.end}>
          <LanguageSwitch />
        </span>
      </header>
      <main className={`${styles.main} ${className ?? ""}`}>
        {Children.map(children, (child) => (
          <Part>{child}</Part>
        ))}
      </main>
      <footer className={styles.footer}>
        <Part>{footer}</Part>
      </footer>
    </div>
  );
}

function Brand({ home }: Pick<WorkPageProps, "home">) {
  const brand = (
    <>
      <img src="/icon.svg" alt="" width={28} height={28} />
      <span className={styles.brandName} translate="no">
        e-PediCare
      </span>
    </>
  );
  if (home === undefined) return <span className={styles.brand}>{brand}</span>;
  return (
    <Link to={home.to} className={styles.brand}>
      {brand}
      <span className="visually-hidden">{` – ${home.label}`}</span>
    </Link>
  );
}
