import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { Api, Session } from "../../api";
import { useRinging } from "../ringing";
import { Call } from "./Call";
import { callState } from "./callState";
import { EndedPage } from "./EndedPage";

/** The practitioner's page of one session, from the invitation to the end. */
export default function ConsultationPage({ session, api }: { session: Session; api: Api }) {
  const { t } = useTranslation("consultation");
  const isWaiting = session.patient.state === "waiting";
  useRinging(isWaiting);
  const name = isWaiting
    ? t("practitioner:ring.waiting")
    : t("header.session", { id: session.short_id });
  useEffect(() => {
    document.title = `${name} – e-PediCare`;
  }, [name]);
  const state = callState(session, { status: undefined, isSilent: true });
  if (state === "ended" || state === "expired") return <EndedPage session={session} />;
  return <Call session={session} api={api} />;
}
