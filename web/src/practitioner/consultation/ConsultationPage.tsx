import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { type Api, type Connection, isOver, type Session } from "../../api";
import { useRinging } from "../ringing";
import { Call } from "./Call";
import { EndedPage } from "./EndedPage";

interface ConsultationPageProps {
  session: Session;
  connection: Connection;
  api: Api;
}

/** The practitioner's page of one session, from the invitation to the end. */
export default function ConsultationPage({ session, connection, api }: ConsultationPageProps) {
  const { t } = useTranslation("consultation");
  const isWaiting = session.patient.state === "waiting";
  useRinging(isWaiting);
  const name = isWaiting
    ? t("practitioner:ring.waiting")
    : t("header.session", { id: session.short_id });
  useEffect(() => {
    document.title = `${name} – e-PediCare`;
  }, [name]);
  if (isOver(session)) return <EndedPage api={api} session={session} />;
  return <Call session={session} isServiceLost={connection === "lost"} api={api} />;
}
