import { useState } from "react";
import { useTranslation } from "react-i18next";
import { NavLink } from "react-router";
import { sentenceOf } from "../api";
import { IconButton, Notice, Page } from "../components";
import styles from "./account.module.css";
import { accountApi } from "./api";
import { useMe } from "./me";
import { partsOf } from "./parts";

interface AccountPageProps {
  /** Of the tab. */
  title: string;
  /** Above what the page is about. */
  heading: string;
  /** Beside the heading. */
  action?: React.ReactNode;
  error?: string | null | undefined;
  /** The page itself tells the account's code. */
  tellsCode?: boolean;
  children: React.ReactNode;
}

/** A page of somebody who is signed in: the way to the other parts, the way out, who they are. */
export function AccountPage({
  title,
  heading,
  action,
  error,
  tellsCode,
  children,
}: AccountPageProps) {
  const { t } = useTranslation("account");
  const { code, name } = useMe();
  const [failure, setFailure] = useState<string | null>(null);
  const told = failure ?? error;

  const signOut = async () => {
    try {
      location.assign(await accountApi.signOut());
    } catch (reason) {
      setFailure(sentenceOf(reason));
    }
  };
  return (
    <Page
      title={title}
      width="wide"
      navigation={<Parts />}
      headerActions={
        <IconButton icon="leave" label={t("signOut")} onPress={() => void signOut()} />
      }
    >
      <div className={styles.stack}>
        <div className={styles.heading}>
          <h1>{heading}</h1>
          {action}
        </div>
        {told && <Notice kind="broken">{told}</Notice>}
        {children}
        <footer className={styles.who}>
          {name && <span translate="no">{name}</span>}
          {!tellsCode && (
            <span>
              <span>{t("code")}</span> <strong translate="no">{code}</strong>
            </span>
          )}
        </footer>
      </div>
    </Page>
  );
}

/** Not there for somebody who has one alone. */
function Parts() {
  const { t } = useTranslation("account");
  const parts = partsOf(useMe().roles);
  if (parts.length < 2) return null;
  return (
    <nav className={styles.parts} aria-label={t("parts.label")}>
      {parts.map(({ to, name }) => (
        <NavLink key={to} to={to} end className={styles.part}>
          {t(`parts.${name}`)}
        </NavLink>
      ))}
    </nav>
  );
}
