import { Button } from "../components";
import { ForTheChild } from "./ForTheChild";
import { Paragraphs } from "./Paragraphs";
import styles from "./patient.module.css";
import { StepPage } from "./StepPage";

export interface Answer {
  label: string;
  choose: () => void;
  /** Given before, and to be kept or changed by a press. */
  isGiven: boolean;
}

interface QuestionPageProps {
  title: string;
  text: string;
  /** All look the same: no answer is easier than another. */
  answers: Answer[];
  forTheChild?: boolean;
  onBack: () => void;
}

export function QuestionPage({ title, text, answers, forTheChild, onBack }: QuestionPageProps) {
  return (
    <StepPage title={title} step={2} onBack={onBack}>
      {forTheChild && <ForTheChild />}
      <Paragraphs text={text} />
      <div className={styles.answers}>
        {answers.map(({ label, choose, isGiven }) => (
          <Button
            key={label}
            size="large"
            icon={isGiven ? "check" : undefined}
            aria-pressed={isGiven}
            onPress={choose}
          >
            {label}
          </Button>
        ))}
      </div>
    </StepPage>
  );
}
