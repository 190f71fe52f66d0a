import { useState } from "react";
import { useTranslation } from "react-i18next";
import { AccountPage } from "../account/AccountPage";
import { Gate } from "../account/Gate";
import { useMe } from "../account/me";
import { formatClock } from "../analysis/values/format";
import type { SessionForResearch } from "../api";
import { Button, Dialog, Spinner, StatusLine } from "../components";
import { dayAndTime, lastedMinutes } from "../moments";
import { Kept } from "../practitioner/Kept";
import { Name } from "../practitioner/SessionRow";
import styles from "./research.module.css";
import { useResearchList } from "./useResearchList";

type Shown = SessionForResearch & { short_id: string };

function Research() {
  const { t } = useTranslation("research");
  const { units } = useMe();
  const { sessions, hasMore, showMore, error } = useResearchList();
  const [opened, setOpened] = useState<Shown | null>(null);
  const shown = sessions?.map((one) => ({ ...one, short_id: one.id.slice(0, 4) }));
  return (
    <AccountPage title={t("title")} heading={t("title")} error={error}>
      <p className={styles.lead}>{t("text")}</p>
      <StatusLine className={styles.muted}>
        {!sessions && !error && <Spinner />}
        {sessions?.length === 0 && (
          <span>{t(units.length === 0 ? "noUnit" : "none", { units: titlesOf(units) })}</span>
        )}
      </StatusLine>
      {shown && shown.length > 0 && (
        <section className={styles.section} aria-labelledby="sessions">
          <h2 id="sessions">{t("sessions")}</h2>
          <ul className={styles.rows}>
            {shown.map((session) => (
              <Row key={session.id} session={session} onOpen={() => setOpened(session)} />
            ))}
          </ul>
          {hasMore && <Button onPress={() => void showMore()}>{t("more")}</Button>}
        </section>
      )}
      {opened && (
        <Dialog
          title={t("practitioner:session.title", { id: opened.short_id })}
          isOpen
          onOpenChange={(open) => open || setOpened(null)}
        >
          <p>{t("copies")}</p>
          <Kept session={opened} replay={`/research/sessions/${opened.id}/replay`} />
        </Dialog>
      )}
    </AccountPage>
  );
}

interface RowProps {
  session: Shown;
  onOpen: () => void;
}

function Row({ session, onOpen }: RowProps) {
  const { t } = useTranslation("research");
  const minutes = lastedMinutes(session);
  const { measured_s } = session;
  const lasted =
    measured_s !== null
      ? t("measured", { time: formatClock(measured_s * 1000) })
      : minutes && t("practitioner:list.minutes", { count: minutes });
  return (
    <li className={styles.row}>
      <div className={styles.what}>
        <Name session={session} />
        <p className={styles.facts}>
          {session.live_at && <time dateTime={session.live_at}>{dayAndTime(session.live_at)}</time>}
          {lasted && <span>{lasted}</span>}
          <span>{session.unit.title}</span>
          {session.patient_code && (
            <span>{t("practitioner:session.title", { id: session.short_id })}</span>
          )}
        </p>
      </div>
      <Button onPress={onOpen} aria-label={t("openNamed", { id: session.short_id })}>
        {t("open")}
      </Button>
    </li>
  );
}

function titlesOf(units: readonly { title: string }[]): string {
  return units.map(({ title }) => title).join(", ");
}

export default function ResearchPage() {
  return (
    <Gate of="researcher">
      <Research />
    </Gate>
  );
}
