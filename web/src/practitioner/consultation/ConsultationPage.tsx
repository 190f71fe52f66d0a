import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { Api, Session } from "../../api";
import { Call } from "./Call";
import { callState } from "./callState";
import { EndedPage } from "./EndedPage";

/** The practitioner's page of one session, from the invitation to the end. */
export default function ConsultationPage({ session, api }: { session: Session; api: Api }) {
  const { t } = useTranslation("consultation");
  useEffect(() => {
    document.title = `${t("header.session", { id: session.short_id })} – e-PediCare`;
  }, [t, session.short_id]);
  const state = callState(session, { status: undefined, isSilent: true });
  if (state === "ended" || state === "expired") return <EndedPage session={session} />;
  return <Call session={session} api={api} />;
}
