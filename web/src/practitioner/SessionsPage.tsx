import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { AccountPage } from "../account/AccountPage";
import { accountApi } from "../account/api";
import { Gate } from "../account/Gate";
import { join } from "../account/joining";
import { useMe } from "../account/me";
import { SignedOutPage } from "../account/SignInPage";
import { type Session, sentenceOf } from "../api";
import { Button, Dialog, Spinner, StatusLine } from "../components";
import { byDay } from "../moments";
import { NotifyOffer } from "../notify/NotifyOffer";
import { InvitePanel } from "./InvitePanel";
import { NewSessionDialog } from "./NewSessionDialog";
import styles from "./practitioner.module.css";
import { useRinging } from "./ringing";
import { SearchBar, type Wanted } from "./SearchBar";
import { SessionDialog } from "./SessionDialog";
import { EarlierSession, OpenSession } from "./SessionRow";
import { type SessionsFound, useSessionList } from "./useSessionList";

/** A family that waits is to be heard while the page is behind another. */
const NOW_EACH_MS = 4000;
/** Time alone moves a session from one list to another. */
const OTHERS_EACH_MS = 30_000;
/** Of what is planned, so that what is past is not far below. */
const FIRST_PLANNED = 8;

interface Dialogs {
  onInvite: (session: Session) => void;
  onEdit: (session: Session) => void;
}

function Sessions() {
  const { t } = useTranslation("practitioner");
  const navigate = useNavigate();
  const [wanted, setWanted] = useState<Wanted>({});
  const isSearching = Object.keys(wanted).length > 0;
  const waiting = useSessionList({ when: "now" }, NOW_EACH_MS); // whatever is searched for
  const found = useSessionList(isSearching ? { when: "now", ...wanted } : null, NOW_EACH_MS);
  const now = found.sessions === null ? waiting : found;
  const planned = useSessionList({ when: "planned", ...wanted }, OTHERS_EACH_MS);
  const past = useSessionList({ when: "past", ...wanted }, OTHERS_EACH_MS);
  const { units } = useMe();
  const [creating, setCreating] = useState<Partial<Session> | null>(null);
  const [inviting, setInviting] = useState<Session | null>(null);
  const [editing, setEditing] = useState<Session | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const isWaiting = waiting.sessions?.some(({ patient }) => patient.state === "waiting") ?? false;
  useRinging(isWaiting);

  // A session that has come here or gone stands in another list now.
  const here = waiting.sessions?.map(({ id }) => id).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: when it changes, and only then.
  useEffect(() => {
    if (here === undefined) return;
    void planned.refresh();
    void past.refresh();
  }, [here]);

  const lists = [waiting, found, planned, past];
  const refresh = async () => {
    await Promise.all(lists.map((list) => list.refresh()));
  };
  const attempt = async (action: () => Promise<void>) => {
    try {
      setFailure(null);
      await action();
    } catch (reason) {
      setFailure(sentenceOf(reason));
    }
  };
  const planNext = (session: Session) =>
    attempt(async () => {
      const { patient_code, unit_id } = session;
      const mine = units.find(({ id }) => id === unit_id)?.id ?? null;
      const [known] = await accountApi.patients(patient_code ?? "", mine);
      setCreating({ patient_code, unit_id: mine, visit_number: known?.next_visit });
    });
  const search = useCallback((next: Wanted) => {
    setWanted((before) => (JSON.stringify(before) === JSON.stringify(next) ? before : next));
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page opens.
  useEffect(() => {
    void attempt(async () => {
      const joined = await join(accountApi);
      if (joined) await navigate(`/practitioner/sessions/${joined}`);
    });
  }, []);

  if (lists.some((list) => list.isSignedOut)) return <SignedOutPage />;
  const error = failure ?? lists.map((list) => list.error).find((one) => one !== null);
  const isKnown = [now, planned, past].every(({ sessions }) => sessions !== null);
  const isNothing = isKnown && [now, planned, past].every(({ sessions }) => !sessions?.length);
  const dialogs = { onInvite: setInviting, onEdit: setEditing };
  return (
    <>
      <AccountPage
        title={t(isWaiting ? "ring.waiting" : "list.title")}
        heading={t("list.title")}
        action={
          <Button look="primary" icon="plus" onPress={() => setCreating({})}>
            {t("list.create")}
          </Button>
        }
        error={error}
      >
        <NotifyOffer>{t("ring.offer")}</NotifyOffer>
        <SearchBar units={units} onSearch={search} />
        <StatusLine className={styles.muted}>
          {!isKnown && !error && <Spinner />}
          {isNothing && <span>{t(isSearching ? "list.notFound" : "list.empty")}</span>}
        </StatusLine>
        <Section title={t("list.now")} name="now" found={now}>
          {now.sessions?.map((session) => (
            <OpenSession
              key={session.id}
              session={session}
              onInvite={() => setInviting(session)}
              onEdit={() => setEditing(session)}
            />
          ))}
        </Section>
        <Planned found={planned} isShort={!isSearching} {...dialogs} />
        <Section title={t("list.earlier")} name="past" found={past} more={t("list.more")}>
          {past.sessions?.map((session) => (
            <EarlierSession
              key={session.id}
              session={session}
              onEdit={() => setEditing(session)}
              onNextVisit={() => void planNext(session)}
            />
          ))}
        </Section>
      </AccountPage>
      {creating && (
        <NewSessionDialog
          units={units}
          initial={creating}
          onClose={() => setCreating(null)}
          onCreated={(session) => {
            setCreating(null);
            setInviting(session);
            void refresh();
          }}
        />
      )}
      {editing && (
        <SessionDialog session={editing} onClose={() => setEditing(null)} onChanged={refresh} />
      )}
      {inviting && (
        <Dialog
          title={t("invite.title", { id: inviting.short_id })}
          isOpen
          onOpenChange={(open) => {
            if (open) return;
            setInviting(null);
            void refresh();
          }}
        >
          <InvitePanel session={inviting} />
          <Button
            look="primary"
            size="large"
            onPress={() => void navigate(`/practitioner/sessions/${inviting.id}`)}
          >
            {t("list.openSession")}
          </Button>
        </Dialog>
      )}
    </>
  );
}

interface SectionProps {
  title: string;
  name: string;
  found: SessionsFound;
  /** What the button says that brings the next page. */
  more?: string;
  children: React.ReactNode;
}

/** Not there when nothing is in it. */
function Section({ title, name, found, more, children }: SectionProps) {
  const { t } = useTranslation("practitioner");
  if (!found.sessions?.length) return null;
  return (
    <section className={styles.section} aria-labelledby={name}>
      <h2 id={name}>{title}</h2>
      <ul className={styles.sessions}>{children}</ul>
      {found.hasMore && (
        <Button onPress={() => void found.showMore()}>{more ?? t("list.moreOf")}</Button>
      )}
    </section>
  );
}

interface PlannedProps extends Dialogs {
  found: SessionsFound;
  isShort: boolean;
}

/** Under their days. */
function Planned({ found, isShort, onInvite, onEdit }: PlannedProps) {
  const { t } = useTranslation("practitioner");
  const [isWhole, setWhole] = useState(false);
  const all = found.sessions ?? [];
  if (all.length === 0) return null;
  const isCut = isShort && !isWhole && all.length > FIRST_PLANNED;
  const days = byDay(isCut ? all.slice(0, FIRST_PLANNED) : all);
  return (
    <section className={styles.section} aria-labelledby="planned">
      <h2 id="planned">{t("list.planned")}</h2>
      {days.map(({ day, sessions }) => (
        <div key={day} className={styles.day}>
          <h3>{day}</h3>
          <ul className={styles.sessions}>
            {sessions.map((session) => (
              <OpenSession
                key={session.id}
                session={session}
                isPlanned
                onInvite={() => onInvite(session)}
                onEdit={() => onEdit(session)}
              />
            ))}
          </ul>
        </div>
      ))}
      {isCut && <Button onPress={() => setWhole(true)}>{t("list.allPlanned")}</Button>}
      {!isCut && found.hasMore && (
        <Button onPress={() => void found.showMore()}>{t("list.moreOf")}</Button>
      )}
    </section>
  );
}

export default function SessionsPage() {
  return (
    <Gate of="practitioner">
      <Sessions />
    </Gate>
  );
}
