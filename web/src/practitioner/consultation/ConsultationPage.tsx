import { useTranslation } from "react-i18next";
import type { Api, Session } from "../../api";
import { Page } from "../../components";

export default function ConsultationPage({ session }: { session: Session; api: Api }) {
  const { t } = useTranslation("practitioner");
  const title = t("session.title", { id: session.short_id });
  return (
    <Page title={title} width="wide">
      <h1>{title}</h1>
      <p>{t(`states.${session.state}`)}</p>
    </Page>
  );
}
