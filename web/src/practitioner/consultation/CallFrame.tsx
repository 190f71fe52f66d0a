import { LanguageSwitch } from "../../components";
import styles from "./frame.module.css";

interface CallFrameProps {
  title: string;
  /** Set apart behind the title. */
  badge: string | undefined;
  home: React.ReactNode;
  facts: React.ReactNode;
  stage: React.ReactNode;
  /** Beside the picture, or below it; undefined: folded away. */
  side: React.ReactNode | undefined;
  charts: React.ReactNode | undefined;
  controls: React.ReactNode;
  /** Nothing but the stage is seen, and nothing else can be reached. */
  isStageAlone: boolean;
}

/** Where everything lies around the child's picture, which takes half of the window or more. */
export function CallFrame(props: CallFrameProps) {
  const { title, badge, home, facts, stage, side, charts, controls, isStageAlone } = props;
  return (
    <div className={styles.frame}>
      <header className={styles.header} inert={isStageAlone}>
        {home}
        <h1 className={styles.title}>
          <span>{title}</span>
          {badge && <span className={styles.badge}>{badge}</span>}
        </h1>
        {facts}
        <span className={styles.end}>
          <LanguageSwitch />
        </span>
      </header>
      <main
        className={styles.main}
        data-side={side !== undefined || undefined}
        data-charts={charts !== undefined || undefined}
      >
        {stage}
        {side && (
          <div className={styles.side} inert={isStageAlone}>
            {side}
          </div>
        )}
        {charts && (
          <div className={styles.charts} inert={isStageAlone}>
            {charts}
          </div>
        )}
      </main>
      <footer className={styles.footer} inert={isStageAlone}>
        {controls}
      </footer>
    </div>
  );
}
