import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { accountApi } from "../account/api";
import { EXPORT_FORMATS, type ExportFormat, type Session, sentenceOf } from "../api";
import { Button, Menu, Notice, StatusLine } from "../components";
import { download } from "../download";
import styles from "./practitioner.module.css";

interface KeptProps {
  session: Pick<Session, "id" | "short_id">;
  /** The page that plays it. */
  replay: string;
}

/** What is kept of a session that is over: to be seen again, or taken along for other programs. */
export function Kept({ session, replay }: KeptProps) {
  const { t, i18n } = useTranslation("practitioner");
  const [making, setMaking] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const take = async (to: ExportFormat) => {
    setMaking(true);
    setError(null);
    try {
      download(
        await accountApi.exported(session.id, to, i18n.language),
        `epedicare-${session.short_id}-${to}.${to === "summary" ? "pdf" : "zip"}`,
      );
    } catch (reason) {
      setError(reason);
    }
    setMaking(false);
  };
  return (
    <section className={styles.kept}>
      <h3>{t("edit.exports")}</h3>
      <div className={styles.rowActions}>
        <Link className={styles.open} to={replay}>
          {t("edit.replay")}
        </Link>
        <Menu
          label={t("edit.export")}
          trigger={
            <Button icon="chevron" isBusy={making}>
              {t("edit.export")}
            </Button>
          }
          entries={EXPORT_FORMATS.map((id) => ({ id, label: t(`formats.${id}`) }))}
          onAction={(id) => void take(id as ExportFormat)}
        />
      </div>
      <StatusLine className={styles.muted}>{making && t("edit.exporting")}</StatusLine>
      {error !== null && <Notice kind="broken">{sentenceOf(error)}</Notice>}
    </section>
  );
}
