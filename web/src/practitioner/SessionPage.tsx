import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { accountApi } from "../account/api";
import { Gate } from "../account/Gate";
import { SignedOutPage } from "../account/SignInPage";
import { isRefused, sentenceOf, useSession } from "../api";
import { Notice, Page } from "../components";
import { LoadingPage } from "../landing/LoadingPage";
import { NotFoundPage } from "../landing/NotFoundPage";
import { AtTheDoor } from "./AtTheDoor";
import styles from "./practitioner.module.css";

const ConsultationPage = lazy(() => import("./consultation/ConsultationPage"));

const SESSION_ID = /^[0-9a-f]{32}$/;

function FollowedSession({ id }: { id: string }) {
  const { t } = useTranslation("practitioner");
  const { session, connection, refused } = useSession(accountApi, id);
  if (isRefused(refused, 401)) return <SignedOutPage />;
  if (refused) {
    return (
      <Page title={t("session.unavailable")}>
        <div className={styles.stack}>
          <h1>{t("session.unavailable")}</h1>
          <Notice kind="broken">{sentenceOf(refused)}</Notice>
          <p>
            <Link to="/practitioner">{t("session.all")}</Link>
          </p>
        </div>
      </Page>
    );
  }
  if (!session) return <LoadingPage isUnreachable={connection === "lost"} />;
  if (session.i_am === "waiting") return <AtTheDoor session={session} />;
  return (
    <Suspense fallback={<LoadingPage />}>
      <ConsultationPage session={session} connection={connection} api={accountApi} />
    </Suspense>
  );
}

export default function SessionPage() {
  const { id = "" } = useParams();
  return (
    <Gate of="practitioner" isWatchedInside>
      {SESSION_ID.test(id) ? <FollowedSession id={id} key={id} /> : <NotFoundPage />}
    </Gate>
  );
}
