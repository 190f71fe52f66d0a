import { Button, Dialog, DialogTrigger, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import type { Session } from "../../api";
import { Icon } from "../../components";
import details from "./details.module.css";
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
    <li className={className}>
      <DialogTrigger>
        <Button className={details.open}>
          <span>{t(keepingIn(session.measurements))}</span>
          <Icon name="chevron" size={16} />
        </Button>
        <Popover className={details.popover} placement="bottom start">
          <Dialog className={details.details} aria-label={t("agreed.title")}>
            <Agreed session={session} />
          </Dialog>
        </Popover>
      </DialogTrigger>
    </li>
  );
}
