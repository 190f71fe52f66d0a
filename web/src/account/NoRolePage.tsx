import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Button, CopyField } from "../components";
import { AccountPage } from "./AccountPage";
import styles from "./account.module.css";
import { useMe } from "./me";
import { partsOf } from "./parts";

/** For somebody whom the provider knows and to whom nobody has given a role here yet. */
export function NoRolePage({ onLookAgain }: { onLookAgain: () => void }) {
  const { t } = useTranslation("account");
  const { code } = useMe();
  return (
    <AccountPage title={t("noRole.title")} heading={t("noRole.title")} tellsCode>
      <div className={styles.told}>
        <p>{t("noRole.text")}</p>
        <CopyField label={t("noRole.code")} value={code} large />
        <p>{t("noRole.then")}</p>
        <p>
          <Button look="primary" size="large" onPress={onLookAgain}>
            {t("noRole.again")}
          </Button>
        </p>
      </div>
    </AccountPage>
  );
}

/** For somebody whose roles open something else. */
export function NotYourRolePage() {
  const { t } = useTranslation("account");
  return (
    <AccountPage title={t("notYours.title")} heading={t("notYours.title")}>
      <div className={styles.told}>
        <p>{t("notYours.text")}</p>
        <ul className={styles.links}>
          {partsOf(useMe().roles).map(({ to, name }) => (
            <li key={to}>
              <Link to={to}>{t(`parts.${name}`)}</Link>
            </li>
          ))}
        </ul>
      </div>
    </AccountPage>
  );
}
