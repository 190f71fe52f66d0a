import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { LanguageSwitch } from "./LanguageSwitch";
import styles from "./Page.module.css";

interface PageProps {
  /** Becomes the tab's title, with the product's name after it. */
  title: string;
  width?: "narrow" | "wide";
  headerActions?: React.ReactNode;
  /** Under the header: the way to other pages. */
  navigation?: React.ReactNode;
  children: React.ReactNode;
}

/** The light frame around every page but the calls: product name, language, one column. */
export function Page({ title, width = "narrow", headerActions, navigation, children }: PageProps) {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${title} – e-PediCare`;
  }, [title]);
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <Link to="/" className={styles.brand} aria-label={t("home")}>
          <img src="/icon.svg" alt="" width={28} height={28} />
          <span translate="no">e-PediCare</span>
        </Link>
        <div className={styles.actions}>
          {headerActions}
          <LanguageSwitch />
        </div>
      </header>
      {navigation}
      <main className={`${styles.main} ${styles[width]}`}>{children}</main>
    </div>
  );
}
