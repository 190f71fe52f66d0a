import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AnalysisStore } from "../../analysis/stream/analysisStore";
import { useTick } from "../../analysis/values/useTick";
import { Button, StatusLine } from "../../components";
import styles from "./consultation.module.css";
import type { Steering } from "./steering";

const FRESH_MS = 1000;

/** When somebody else is in view: is one of the numbered boxes the patient? */
export function People({ store, steering }: { store: AnalysisStore; steering: Steering }) {
  const { t } = useTranslation("consultation");
  useTick(500);
  const [answer, setAnswer] = useState("");
  const frame = store.frames.latest();
  const isFresh = frame !== undefined && performance.now() - frame.receivedAtMs < FRESH_MS;
  const others = isFresh ? frame.others.map(({ person }) => person).sort((a, b) => a - b) : [];
  const select = async (person: number) => {
    const isHeard = await steering.selectPerson(person);
    setAnswer(t(isHeard ? "people.selected" : "steering.unheard", { person }));
    window.setTimeout(() => setAnswer(""), 4000);
  };
  return (
    <div className={styles.people}>
      <StatusLine>{answer || (others.length > 0 && t("people.question"))}</StatusLine>
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
