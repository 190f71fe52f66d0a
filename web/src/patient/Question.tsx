import { Button } from "../components";
import { Paragraphs } from "./Paragraphs";
import styles from "./patient.module.css";
import { StepPage } from "./StepPage";

interface QuestionProps {
  title: string;
  text: string;
  /** All look the same: no answer is easier than another. */
  answers: { label: string; choose: () => void }[];
  onBack: () => void;
}

export function Question({ title, text, answers, onBack }: QuestionProps) {
  return (
    <StepPage title={title} step={2} onBack={onBack}>
      <Paragraphs text={text} />
      <div className={styles.answers}>
        {answers.map(({ label, choose }) => (
          <Button key={label} size="large" onPress={choose}>
            {label}
          </Button>
        ))}
      </div>
    </StepPage>
  );
}
