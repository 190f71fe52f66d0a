import { useTranslation } from "react-i18next";
import type { Session } from "../../api";
import { FactDetails } from "./FactDetails";
import styles from "./stage.module.css";

/** What the family answered, in sentences. */
export function Agreed({ session }: { session: Session }) {
  const { t } = useTranslation("consultation");
  const { consent } = session.patient;
  return (
    <ul className={styles.agreed}>
      <li>{t(`agreed.analysis.${consent.live_analysis}`)}</li>
      {consent.live_analysis === "agreed" && <li>{t(`agreed.keeping.${consent.keeping}`)}</li>}
      {consent.keeping === "agreed" && <li>{t(`agreed.research.${consent.research_use}`)}</li>}
    </ul>
  );
}

function keepingIn({ being_kept, kept }: Session["measurements"]) {
  if (being_kept) return "header.kept";
  return kept ? "header.keptBefore" : "header.notKept";
}

interface AgreedFactProps {
  session: Session;
  className: string | undefined;
}

/** Whether measurements are being kept, in two words; what was agreed to opens from them. */
export function AgreedFact({ session, className }: AgreedFactProps) {
  const { t } = useTranslation("consultation");
  return (
    <FactDetails
      fact={t(keepingIn(session.measurements))}
      title={t("agreed.title")}
      className={className}
    >
      <Agreed session={session} />
    </FactDetails>
  );
}
