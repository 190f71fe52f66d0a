import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { accountApi } from "../account/api";
import { type Session, sentenceOf } from "../api";
import { Button, Notice, StatusLine } from "../components";
import { download } from "../download";
import styles from "./practitioner.module.css";

const FORMATS = ["csv", "parquet"] as const;

interface KeptProps {
  session: Pick<Session, "id" | "short_id">;
  /** The page that plays it. */
  replay: string;
}

/** What is kept of a session that is over: to be seen again, or taken along as tables. */
export function Kept({ session, replay }: KeptProps) {
  const { t } = useTranslation("practitioner");
  const [making, setMaking] = useState<(typeof FORMATS)[number] | null>(null);
  const [error, setError] = useState<unknown>(null);
  const take = async (to: (typeof FORMATS)[number]) => {
    setMaking(to);
    setError(null);
    try {
      download(
        await accountApi.exported(session.id, to),
        `epedicare-${session.short_id}-${to}.zip`,
      );
    } catch (reason) {
      setError(reason);
    }
    setMaking(null);
  };
  return (
    <section className={styles.kept}>
      <h3>{t("edit.exports")}</h3>
      <div className={styles.rowActions}>
        <Link className={styles.open} to={replay}>
          {t("edit.replay")}
        </Link>
        {FORMATS.map((to) => (
          <Button
            key={to}
            isBusy={making === to}
            isDisabled={making !== null && making !== to}
            onPress={() => void take(to)}
          >
            {t(`edit.${to}`)}
          </Button>
        ))}
      </div>
      <StatusLine className={styles.muted}>{making && t("edit.exporting")}</StatusLine>
      {error !== null && <Notice kind="broken">{sentenceOf(error)}</Notice>}
    </section>
  );
}
