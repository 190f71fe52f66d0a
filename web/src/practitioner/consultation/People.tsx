import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AnalysisStore } from "../../analysis/stream/analysisStore";
import { useSnapshot } from "../../analysis/stream/useSnapshot";
import { Button, StatusLine } from "../../components";
import styles from "./stage.module.css";
import type { Steering } from "./steering";

const ANSWERED_FOR_MS = 4000;

/** When somebody else is in view: is one of the numbered boxes the patient? */
export function People({ store, steering }: { store: AnalysisStore; steering: Steering }) {
  const { t } = useTranslation("consultation");
  const [asked, setAsked] = useState<{ person: number; isHeard: boolean }>();
  const inView = useSnapshot(store).others;
  const others = inView ?? [];
  const select = async (person: number) => {
    setAsked({ person, isHeard: await steering.selectPerson(person) });
    window.setTimeout(() => setAsked(undefined), ANSWERED_FOR_MS);
  };
  const answer = () => {
    if (!asked) return others.length > 0 && t("people.question");
    const { person, isHeard } = asked;
    if (!isHeard) return t("steering.unheard");
    const isFollowed = inView !== undefined && !inView.includes(person);
    return t(isFollowed ? "people.selected" : "people.selecting", { person });
  };
  return (
    <div className={styles.people}>
      <StatusLine>{answer()}</StatusLine>
      {others.map((person) => (
        <Button
          key={person}
          onStage
          aria-label={t("people.select", { person })}
          onPress={() => void select(person)}
        >
          {t("people.person", { person })}
        </Button>
      ))}
    </div>
  );
}
