import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { isOver, type Session, sentenceOf } from "../api";
import { Button, Dialog, IconButton, Notice, Page, Spinner, StatusLine } from "../components";
import { practitionerApi } from "./api";
import { InvitePanel } from "./InvitePanel";
import { NotifyOffer } from "./NotifyOffer";
import { PractitionerGate } from "./PractitionerGate";
import styles from "./practitioner.module.css";
import { useRinging } from "./ringing";
import { SessionDialog } from "./SessionDialog";
import { EarlierSession, OpenSession } from "./SessionRow";
import { SignedOutPage } from "./SignInPage";
import { useSessions } from "./useSessions";

function Sessions() {
  const { t } = useTranslation("practitioner");
  const navigate = useNavigate();
  const { sessions, hasMore, showMore, error, isSignedOut, refresh } = useSessions();
  const [inviting, setInviting] = useState<Session | null>(null);
  const [editing, setEditing] = useState<Session | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const isWaiting = sessions?.some(({ patient }) => patient.state === "waiting") ?? false;
  useRinging(isWaiting);

  const attempt = async (action: () => Promise<void>) => {
    try {
      setFailure(null);
      await action();
    } catch (reason) {
      setFailure(sentenceOf(reason));
    }
  };
  const create = () =>
    attempt(async () => {
      setInviting(await practitionerApi.createSession());
      await refresh();
    });
  const signOut = () =>
    attempt(async () => {
      location.assign(await practitionerApi.signOut());
    });

  if (isSignedOut) return <SignedOutPage />;
  const open = sessions?.filter((session) => !isOver(session)) ?? [];
  const earlier = sessions?.filter(isOver) ?? [];
  return (
    <Page
      title={t(isWaiting ? "ring.waiting" : "list.title")}
      width="wide"
      headerActions={<IconButton icon="leave" label={t("list.signOut")} onPress={signOut} />}
    >
      <div className={styles.stack}>
        <div className={styles.heading}>
          <h1>{t("list.title")}</h1>
          <Button look="primary" icon="plus" onPress={create}>
            {t("list.create")}
          </Button>
        </div>
        {(failure ?? error) && <Notice kind="broken">{failure ?? error}</Notice>}
        <NotifyOffer />
        <StatusLine className={styles.muted}>
          {!sessions && !error && <Spinner />}
          {sessions && open.length === 0 && <span>{t("list.empty")}</span>}
        </StatusLine>
        {open.length > 0 && (
          <ul className={styles.sessions}>
            {open.map((session) => (
              <OpenSession
                key={session.id}
                session={session}
                onInvite={() => setInviting(session)}
                onEdit={() => setEditing(session)}
              />
            ))}
          </ul>
        )}
        {earlier.length > 0 && (
          <section className={styles.stack} aria-labelledby="earlier">
            <h2 id="earlier">{t("list.earlier")}</h2>
            <ul className={styles.sessions}>
              {earlier.map((session) => (
                <EarlierSession
                  key={session.id}
                  session={session}
                  onEdit={() => setEditing(session)}
                />
              ))}
            </ul>
          </section>
        )}
        {hasMore && <Button onPress={() => void showMore()}>{t("list.more")}</Button>}
      </div>
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
    </Page>
  );
}

export default function SessionsPage() {
  return (
    <PractitionerGate>
      <Sessions />
    </PractitionerGate>
  );
}
