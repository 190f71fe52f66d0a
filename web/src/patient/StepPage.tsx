import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button, Page } from "../components";
import styles from "./patient.module.css";

const STEPS = [1, 2, 3, 4];

interface StepPageProps {
  title: string;
  /** 1 to 4; left out where there is nothing more to do. */
  step?: number;
  onBack?: () => void;
  children: React.ReactNode;
}

/** One thing to read and decide. The title takes the focus, so that a screen reader starts there. */
export function StepPage({ title, step, onBack, children }: StepPageProps) {
  const { t } = useTranslation("patient");
  const heading = useRef<HTMLHeadingElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new title is a new screen.
  useEffect(() => heading.current?.focus(), [title]);
  return (
    <Page title={title}>
      <div className={styles.step}>
        {step && (
          <p className={styles.progress}>
            <span>{t("progress", { step, steps: STEPS.length })}</span>
            <span className={styles.bars} aria-hidden="true">
              {STEPS.map((each) => (
                <span key={each} data-done={each <= step} />
              ))}
            </span>
          </p>
        )}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        <div className={styles.content}>{children}</div>
        {onBack && (
          <div className={styles.back}>
            <Button look="quiet" icon="back" onPress={onBack}>
              {t("common:back")}
            </Button>
          </div>
        )}
      </div>
    </Page>
  );
}
